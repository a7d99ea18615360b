import { describe, expect, it } from '@jest/globals';
import { PathPattern } from './path-pattern.js';

describe('PathPattern', () => {
  it.each([
    ['/docs', '/docs'],
    ['/docs/*', '/docs/a'],
    ['/docs/*', '/docs/'],
    ['/docs/*', '/docs/a?page=2'],
    ['/docs/**', '/docs/a/b/c.html'],
    ['/docs/**', '/docs/'],
    ['**', '/anything/at/all?x=1'],
    ['**/print', '/docs/a/print'],
    ['/*/docs/**/old-*', '/en/docs/a/b/old-name'],
    ['/docs/*/b*', '/docs/a/b'],
    ['**?session=*', '/docs/a?session=12'],
    ['/a.b', '/a.b'],
    ['***', '/a/b'],
    ['/(a+)+$', '/(a+)+$'],
  ])('%s fits %s', (pattern, path) => {
    expect(new PathPattern(pattern).fits(path)).toBe(true);
  });

  it.each([
    ['/docs', '/docs/'],
    ['/docs', '/my/docs'],
    ['/docs/*', '/docs/a/b'],
    ['/docs/*', '/docs'],
    ['/docs/**', '/doc/a'],
    ['**/print', '/docs/print/a'],
    ['/*/b', '/a/a/b'],
    ['/a.b', '/axb'],
    ['/docs?', '/doc'],
  ])('%s does not fit %s', (pattern, path) => {
    expect(new PathPattern(pattern).fits(path)).toBe(false);
  });

  it('fits patterns of any length', () => {
    const path = `/${'abcdefgh/'.repeat(13)}end`;

    expect(new PathPattern(path).fits(path)).toBe(true);
    expect(new PathPattern(path.replaceAll('d', '*')).fits(path)).toBe(true);
    expect(new PathPattern(path.replaceAll('d', 'x')).fits(path)).toBe(false);
  });

  it('reads a text of a million characters once, however many gaps the pattern has', () => {
    const pattern = new PathPattern(`${'**a'.repeat(30)}b`);
    const text = 'a'.repeat(1_000_000);

    expect(pattern.fits(text)).toBe(false);
    expect(pattern.fits(`${text}b`)).toBe(true);
  });
});
