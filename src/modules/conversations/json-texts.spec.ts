import { describe, expect, it } from '@jest/globals';
import { textsIn } from './json-texts.js';

describe('textsIn', () => {
  it('finds what is said, and takes no list of numbers for a citation', () => {
    expect(textsIn('{"hours": [1], "why": "It says so [2].", "more": ["Yes [1]."]}')).toBe(
      'It says so [2].\nYes [1].',
    );
  });

  it('takes what broke off as it is', () => {
    expect(textsIn('{"why": "It says so [2].')).toBe('{"why": "It says so [2].');
  });
});
