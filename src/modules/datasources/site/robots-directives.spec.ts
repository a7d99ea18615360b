import { describe, expect, it } from '@jest/globals';
import { robotsDirectives } from './robots-directives.js';

describe('robotsDirectives', () => {
  it.each([
    ['', false, false],
    ['index, follow', false, false],
    ['NoIndex', true, false],
    ['noindex,nofollow', true, true],
    ['none', true, true],
    ['nofollow', false, true],
    ['noarchive, max-snippet: 5, noindex', true, false],
    ['otherbot: noindex, nofollow', false, false],
    ['colloquy: noindex', true, false],
    ['otherbot: noindex, colloquy: nofollow', false, true],
    ['unavailable_after: 25 Jun 2010 15:00:00 PST', false, false],
  ])('reads "%s"', (text, noIndex, noFollow) => {
    expect(robotsDirectives(text)).toEqual({ noIndex, noFollow });
  });

  it('joins what header and page ask', () => {
    expect(robotsDirectives('noindex', 'nofollow')).toEqual({ noIndex: true, noFollow: true });
  });
});
