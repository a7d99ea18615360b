import { describe, expect, it } from '@jest/globals';
import { mayRepeat, NearDuplicates, similarityOf } from './near-duplicates.js';

const TEXT =
  'The lamp comes with a warranty that begins on the day of the purchase. Keep the receipt, since we ask for it whenever something has to be repaired. Repairs under the warranty are free, and we pay for the way there and back.';
const passage = (text: string, rowId?: string) => ({ text, rowId });

describe('near duplicates', () => {
  it.each([
    ['the same text', TEXT],
    ['other white space and marks', TEXT.replaceAll('. ', '.\n\n').replace('warranty', '**warranty**')],
    ['a sentence more', `${TEXT} Ask us about it.`],
    ['a word that was exchanged', TEXT.replace('whenever', 'when')],
  ])('finds that a passage repeats another one: %s', (_, other) => {
    const found = new NearDuplicates<{ text: string }>();
    const first = passage(TEXT);

    expect(found.add(first)).toBeNull();
    expect(found.add(passage(other))?.of).toBe(first);
  });

  it.each([
    ['another number', TEXT.replace('The lamp', 'The lamp 20'), TEXT.replace('The lamp', 'The lamp 30')],
    ['another text of that length', TEXT, TEXT.split(' ').reverse().join(' ')],
    ['half of it', TEXT, TEXT.slice(0, TEXT.length / 2)],
    ['short texts', 'Open on Monday.', 'Open on Sunday.'],
  ])('lets passages stand that say something else: %s', (_, one, other) => {
    const found = new NearDuplicates<{ text: string }>();
    found.add(passage(one));

    expect(found.add(passage(other))).toBeNull();
  });

  it('lets records stand that are alike', () => {
    const found = new NearDuplicates<{ text: string; rowId?: string | undefined }>();
    found.add(passage(TEXT, 'a'));

    expect(found.add(passage(`${TEXT} Really.`, 'b'))).toBeNull();
  });

  it('measures what two texts share', () => {
    expect(similarityOf(TEXT, TEXT)).toBe(1);
    expect(similarityOf(TEXT, 'Nothing of that kind.')).toBe(0);
  });

  it('rules out at a glance what is much longer', () => {
    expect(mayRepeat(passage(TEXT), passage(TEXT + TEXT))).toBe(false);
  });
});
