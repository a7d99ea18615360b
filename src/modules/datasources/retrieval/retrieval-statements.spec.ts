import { describe, expect, it } from '@jest/globals';
import { searchStatement } from './retrieval-statements.js';

const SCOPE = {
  workspaceId: '01a20c83-b1e6-74e7-b2cb-fda5a40c1f5a',
  botId: '01a20c83-b1e6-74e7-b2cb-fda5a40c1f5b',
};
const CORPUS = { passages: 650, meanTerms: 80 };

function searchFor(count: number): ReturnType<typeof searchStatement> {
  const terms = Array.from({ length: count }, (_, index) => `term${String(index)}`);
  return searchStatement(SCOPE, { terms, corpus: CORPUS, topK: 5 });
}

describe('searchStatement', () => {
  it('has one text for questions of about as many terms, so that few of them are planned', () => {
    const texts = [5, 6, 7, 8, 9].map((count) => searchFor(count).sql);

    expect(new Set(texts.slice(0, 4)).size).toBe(1);
    expect(texts[4]).not.toBe(texts[0]);
  });

  it('looks only for passages that hold an asked term', () => {
    expect(searchFor(2).params).toContain("'term0' | 'term1'");
  });
});
