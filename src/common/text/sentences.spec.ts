import { describe, expect, it } from '@jest/globals';
import { plainText, splitSentences } from './sentences.js';

describe('splitSentences', () => {
  it('gives sentences as they stand, each on one line', () => {
    const sentences = splitSentences('We ship daily.\nOrders before noon\nleave today! Really?');

    expect(sentences).toEqual(['We ship daily.', 'Orders before noon leave today!', 'Really?']);
  });

  it('does not take abbreviations and initials for the end of a sentence', () => {
    const text = 'Dr. J. Smith of the U.S. Army met Mr. Brown. They talked, e.g. about tea.';

    expect(splitSentences(text)).toEqual([
      'Dr. J. Smith of the U.S. Army met Mr. Brown.',
      'They talked, e.g. about tea.',
    ]);
  });

  it('takes each list item and each table row for itself', () => {
    const markdown = [
      'Prices:',
      '',
      '- Basic: 5 €',
      '  a month',
      '1. **Pro**: 9 €',
      '',
      '| Plan | Price |',
      '| --- | ---: |',
      '| Team | 20 € |',
    ].join('\n');

    expect(splitSentences(markdown)).toEqual([
      'Prices:',
      'Basic: 5 € a month',
      'Pro: 9 €',
      'Plan | Price',
      'Team | 20 €',
    ]);
  });

  it('takes a code block as one', () => {
    const markdown = 'Run this:\n\n```sh\nnpm ci\nnpm start\n```\nThen wait.';

    expect(splitSentences(markdown)).toEqual(['Run this:', 'npm ci npm start', 'Then wait.']);
  });

  it('reads code that is never closed to its end', () => {
    expect(splitSentences('```\nnpm ci. Done.')).toEqual(['npm ci. Done.']);
  });

  it('leaves headings out unless there is nothing else', () => {
    expect(splitSentences('## Shipping\n\nWe ship daily.')).toEqual(['We ship daily.']);
    expect(splitSentences('## Shipping ##')).toEqual(['Shipping']);
  });

  it('splits Japanese at its own full stops', () => {
    expect(splitSentences('保証は二年です。返品は三十日以内です。')).toEqual([
      '保証は二年です。',
      '返品は三十日以内です。',
    ]);
  });

  it.each(['', '\n\n', '---', '| --- |', '```\n```'])('finds nothing in %j', (markdown) => {
    expect(splitSentences(markdown)).toEqual([]);
  });

  it('takes linear time for hostile text', () => {
    const started = performance.now();

    for (const part of ['**a ', '[a](', '> > ', '- ', '```\n', '| ', '# ', 'a. ', 'x\n']) {
      splitSentences(part.repeat(20_000));
    }

    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('plainText', () => {
  it('keeps the words of emphasis and links', () => {
    expect(plainText('See **our [terms](https://x.example/a_(b))** and\n![a map](m.png).')).toBe(
      'See our terms and a map.',
    );
  });

  it('leaves asterisks that mean something', () => {
    expect(plainText('2 ** 3 and a * b')).toBe('2 ** 3 and a * b');
  });
});
