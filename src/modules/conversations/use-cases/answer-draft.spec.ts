import { describe, expect, it } from '@jest/globals';
import type { SearchHit } from '#modules/datasources';
import { citableOf, quotedPart } from './answer-draft.js';

const hit: SearchHit = {
  ...{ chunkId: 'found', documentId: 'd', datasourceId: 's', title: 'T', headingPath: [] },
  ...{ score: 1, lexicalScore: 1, vectorScore: 1, text: 'It has a **warranty**.' },
  location: { unit: 'page', from: 2, to: 2 },
};

describe('a passage that an answer leans on', () => {
  it('is itself where nothing stands around it', () => {
    const source = citableOf(hit);

    expect(source.text).toBe(hit.text);
    expect(quotedPart(source, 'It has a warranty.')).toMatchObject({ chunkId: 'found' });
  });

  it('is cited by the passage around it that holds the quote', () => {
    const location = { unit: 'page', from: 3, to: 3 } as const;
    const source = citableOf({
      ...hit,
      neighbours: [{ chunkId: 'next', distance: 1, text: 'Send it to Bremen.', location }],
    });

    expect(source.text).toBe('It has a **warranty**.\n\nSend it to Bremen.');
    expect(quotedPart(source, 'Send it to Bremen.')).toMatchObject({ chunkId: 'next', location });
    expect(quotedPart(source, 'It has a warranty.')).toMatchObject({ chunkId: 'found' });
    expect(quotedPart(source, 'Something else.')).toMatchObject({ chunkId: 'found' });
  });
});
