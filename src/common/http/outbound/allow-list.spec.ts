import { describe, expect, it } from '@jest/globals';
import { AllowList, hostAndPort } from './allow-list.js';

describe('hostAndPort', () => {
  it.each([
    ['http://example.com/a', 'example.com:80'],
    ['https://Example.com./a', 'example.com:443'],
    ['http://localhost:8000/v1', 'localhost:8000'],
    ['http://[::1]:8000/v1', '[::1]:8000'],
    ['http://0x7f.1/', '127.0.0.1:80'],
  ])('writes %s as %s', (url, expected) => {
    expect(hostAndPort(url)).toBe(expected);
  });
});

describe('AllowList', () => {
  it.each([
    'localhost',
    'localhost:',
    ':80',
    'localhost:99999',
    'http://localhost:80',
    'a b:80',
    'u@localhost:80',
    '',
  ])('refuses the entry "%s"', (entry) => {
    expect(() => new AllowList([entry])).toThrow(/host:port/);
  });

  it('compares hosts in their normal form', () => {
    const list = new AllowList([' LOCALHOST.:080 ', '0x7f.1:81', '[0:0::1]:82']);

    expect(list.has(new URL('http://localhost/'))).toBe(true);
    expect(list.has(new URL('http://127.0.0.1:81/'))).toBe(true);
    expect(list.has(new URL('http://[::1]:82/'))).toBe(true);
  });
});
