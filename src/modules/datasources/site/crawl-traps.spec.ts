import { describe, expect, it } from '@jest/globals';
import { isTrap } from './crawl-traps.js';

const NOW = new Date('2026-06-01T00:00:00Z');
const verdictOn = (path: string): boolean => isTrap(new URL(path, 'https://docs.test'), NOW);

describe('isTrap', () => {
  it.each([
    ['a path that goes ever deeper', '/a'.repeat(4)],
    ['a path that goes round', '/a/b/a/b/a/b/a/b'],
    [
      'a path of very many parts',
      `/${Array.from({ length: 21 }, (_, index) => `p${String(index)}`).join('/')}`,
    ],
    ['a query of very many parameters', '/a?a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9'],
    ['a month far ahead in the path', '/events/2031/05/'],
    ['a day far ahead in the path', '/events/2031-05-17'],
    ['a month long ago', '/events/1889/12'],
    ['a date far ahead in the query', '/events?date=2099-01-01'],
    ['a year far ahead in the query', '/events?month=3&year=2040'],
  ])('sees %s', (_what, path) => {
    expect(verdictOn(path)).toBe(true);
  });

  it.each([
    '/',
    '/docs/v2/install/linux/debian',
    '/blog/2024/05/17/news',
    '/blog/2027/01',
    '/events?date=2026-07-01',
    '/rfc/9999/12345',
    '/en/docs/en/a',
    '/item/2099',
    '/search?q=2099&page=3',
  ])('lets %s pass', (path) => {
    expect(verdictOn(path)).toBe(false);
  });
});
