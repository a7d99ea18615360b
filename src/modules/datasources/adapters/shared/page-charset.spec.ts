import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decodePage } from './page-charset.js';

const fixture = (name: string): Buffer =>
  readFileSync(new URL(`../../../../../test/fixtures/pages/${name}`, import.meta.url));

describe('decodePage', () => {
  it.each([
    ['latin1-meta.html', 'text/html', 'près du château'],
    ['latin1-header.html', 'text/html; charset=ISO-8859-1', 'près du château'],
    ['latin1-header.html', undefined, 'près du château'],
    ['shift-jis-http-equiv.html', 'text/html', 'ソース能力表示'],
    ['shift-jis-undeclared.html', 'text/html', 'ソース能力表示'],
    ['windows-1251-meta.html', 'text/html', 'Библиотека открыта'],
    ['windows-1251-undeclared.html', undefined, 'Библиотека открыта'],
    ['utf-16le-bom.html', 'text/html', 'Библиотека открыта'],
    ['utf-16be-undeclared.html', 'text/html', 'près du château'],
    ['utf-8-undeclared.html', 'text/html', 'ソース能力表示'],
    ['gb18030-meta.html', 'text/html', '图书馆周一至周五'],
  ])('reads %s sent as %s', (name, contentType, expected) => {
    const text = decodePage(fixture(name), contentType);

    expect(text).toContain(expected);
  });

  it('believes the header before the page', () => {
    const page = Buffer.from('<meta charset="iso-8859-1"><p>früher</p>', 'utf8');

    const text = decodePage(page, 'text/html; charset="utf-8"');

    expect(text).toContain('früher');
  });

  it('believes a byte order mark before the header, and drops it', () => {
    const page = Buffer.from('\ufefffrüher', 'utf8');

    const text = decodePage(page, 'text/html; charset=iso-8859-1');

    expect(text).toBe('früher');
  });

  it('looks past declarations in comments and past names that mean nothing', () => {
    const page = Buffer.from(
      '<!-- <meta charset="shift_jis"> --><meta charset="klingon"><p>été</p>',
      'latin1',
    );

    const text = decodePage(page);

    expect(text).toContain('été');
  });

  it('does not believe a page that calls itself UTF-16 in plain ASCII', () => {
    const page = Buffer.from('<meta charset="utf-16"><p>früher</p>', 'utf8');

    const text = decodePage(page);

    expect(text).toContain('früher');
  });

  it.each([
    ['', ''],
    ['a', 'a'],
  ])('reads %j, which is too short for any guess', (source, expected) => {
    const text = decodePage(Buffer.from(source));

    expect(text).toBe(expected);
  });
});
