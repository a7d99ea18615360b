import { describe, expect, it } from '@jest/globals';
import { normalUrl } from './url-form.js';

describe('normalUrl', () => {
  it.each([
    ['a fragment', 'https://docs.test/a#part', 'https://docs.test/a'],
    ['a default port', 'https://docs.test:443/a', 'https://docs.test/a'],
    ['the letters of a host', 'HTTPS://Docs.TEST/A', 'https://docs.test/A'],
    ['a dot after the host', 'https://docs.test./a', 'https://docs.test/a'],
    ['steps in the path', 'https://docs.test/a/../b/./c', 'https://docs.test/b/c'],
    ['slashes that repeat', 'https://docs.test//a///b', 'https://docs.test/a/b'],
    ['tracking', 'https://docs.test/a?utm_source=x&b=1&GCLID=2&fbclid=3', 'https://docs.test/a?b=1'],
    ['sessions in the query', 'https://docs.test/a?PHPSESSID=1a2b', 'https://docs.test/a'],
    ['sessions in the path', 'https://docs.test/a;jsessionid=1A2B?c=1', 'https://docs.test/a?c=1'],
    ['the order of parameters', 'https://docs.test/a?b=2&a=1&b=1', 'https://docs.test/a?a=1&b=2&b=1'],
    ['a query without parameters', 'https://docs.test/a?', 'https://docs.test/a'],
    ['blanks around it', '  https://docs.test/a \n', 'https://docs.test/a'],
  ])('takes away %s', (_what, text, form) => {
    expect(normalUrl(text)).toBe(form);
  });

  it('reads a link where it stands', () => {
    expect(normalUrl('../b?x=1#y', 'https://docs.test/guide/a/')).toBe('https://docs.test/guide/b?x=1');
  });

  it('leaves its own form as it is', () => {
    const form = normalUrl('https://docs.test/%E4%BD%A0?q=a%20b&p=%26');

    expect(normalUrl(form ?? '')).toBe(form);
  });

  it.each([
    'mailto:a@docs.test',
    'javascript:alert(1)',
    'ftp://docs.test/a',
    'data:text/html,a',
    'https://user:secret@docs.test/',
    'http://',
    'not an address',
    `https://docs.test/${'a'.repeat(2_000)}`,
    `https://docs.test/${'a'.repeat(100_000)}`,
  ])('knows no form of %.40s', (text) => {
    expect(normalUrl(text)).toBeNull();
  });
});
