import { describe, expect, it } from '@jest/globals';
import { wordsOf } from './words.js';

describe('wordsOf', () => {
  it('gives lower-case words without punctuation', () => {
    const words = wordsOf("Don't panic: the Shop's “Wi-Fi” opens at 9.30!");

    expect(words).toEqual(['dont', 'panic', 'the', 'shop', 'wi', 'fi', 'opens', 'at', '9.30']);
  });

  it('reads a number with separators as one word', () => {
    expect(wordsOf('12,500 of 1,234,567 (3.5 %)')).toEqual(['12500', 'of', '1234567', '3.5']);
  });

  it('keeps lists of numbers apart', () => {
    expect(wordsOf('1,2,3 and 10,20')).toEqual(['1', '2', '3', 'and', '10', '20']);
  });

  it('makes one word of the ways to write it', () => {
    expect(wordsOf('ﬁle ＡＢＣ ①')).toEqual(['file', 'abc', '1']);
  });

  it('cuts scripts without spaces into pairs of characters', () => {
    expect(wordsOf('保証期間は2年')).toEqual(['保証', '証期', '期間', '間は', '2', '年']);
  });

  it('finds words between characters of another script', () => {
    expect(wordsOf('Acmeの保証')).toEqual(['acme', 'の保', '保証']);
  });

  it.each(['', ' \n\t', '\u0000', '\ud800', '& | ! <-> ( ) \' " \\ % _', '😀👩‍👩‍👧'])(
    'finds no word in %j',
    (text) => {
      expect(wordsOf(text)).toEqual([]);
    },
  );

  it('never ends a long word in half a character', () => {
    const [word = ''] = wordsOf(`${'a'.repeat(63)}𝒳𝒳`.replaceAll('𝒳', '𐐨'));

    expect(word.isWellFormed()).toBe(true);
    expect(word.length).toBeLessThanOrEqual(64);
  });
});
