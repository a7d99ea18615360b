import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readSitemap } from './sitemap.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const urlset = (...entries: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    ${entries.map((entry) => `<url>${entry}</url>`).join('\n')}</urlset>`;
const pagesOf = async (text: string): Promise<string[]> =>
  (await readSitemap(bytes(text))).pages.map(({ url }) => url);

describe('readSitemap', () => {
  it('reads pages with the time of their change', async () => {
    const sitemap = await readSitemap(
      bytes(
        urlset(
          '<loc> https://a.test/1?a=1&amp;b=2 </loc><lastmod>2026-05-01</lastmod>',
          '<loc>https://a.test/2</loc>',
        ),
      ),
    );

    expect(sitemap.pages).toEqual([
      { url: 'https://a.test/1?a=1&b=2', changedAt: new Date('2026-05-01') },
      { url: 'https://a.test/2', changedAt: null },
    ]);
    expect(sitemap.sitemaps).toEqual([]);
  });

  it('reads an index of sitemaps', async () => {
    const index = `<sitemapindex><sitemap><loc>https://a.test/1.xml</loc></sitemap>
      <sitemap><loc><![CDATA[https://a.test/2.xml]]></loc></sitemap></sitemapindex>`;

    expect(await readSitemap(bytes(index))).toMatchObject({
      pages: [],
      sitemaps: ['https://a.test/1.xml', 'https://a.test/2.xml'],
    });
  });

  it('reads a gzipped sitemap', async () => {
    const { pages } = await readSitemap(gzipSync(urlset('<loc>https://a.test/1</loc>')));

    expect(pages).toHaveLength(1);
  });

  it('reads a list of lines', async () => {
    expect(await pagesOf('https://a.test/1\r\nhttps://a.test/2\n\nnot an address\n')).toEqual([
      'https://a.test/1',
      'https://a.test/2',
    ]);
  });

  it('does not take images and translations for pages', async () => {
    const entry = `<loc>https://a.test/1</loc><xhtml:link rel="alternate" href="https://a.test/de"/>
      <image:image><image:loc>https://a.test/1.png</image:loc></image:image>`;

    expect(await pagesOf(urlset(entry))).toEqual(['https://a.test/1']);
  });

  it('reads a broken one up to where it breaks', async () => {
    expect(
      await pagesOf(`${urlset('<loc>https://a.test/1</loc>').replace('</urlset>', '')}<url><loc>https://a`),
    ).toEqual(['https://a.test/1']);
    expect(await pagesOf('<html><body>Not found</body></html>')).toEqual([]);
    expect(await pagesOf('')).toEqual([]);
    expect(await pagesOf('\u0000\u0001\u0002<')).toEqual([]);
  });

  it('passes over a time that is none', async () => {
    const { pages } = await readSitemap(
      bytes(urlset('<loc>https://a.test/1</loc><lastmod>yesterday</lastmod>')),
    );

    expect(pages).toEqual([{ url: 'https://a.test/1', changedAt: null }]);
  });

  it('expands no entities of the document, however many laughs they promise', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "https://a.test/">
      ${Array.from({ length: 30 }, (_, level) => `<!ENTITY l${String(level + 1)} "&l${String(level)};&l${String(level)};">`).join('')}
      <!ENTITY file SYSTEM "file:///etc/passwd">]>
      <urlset><url><loc>https://a.test/1?&l30;</loc></url><url><loc>https://a.test/2?&file;</loc></url></urlset>`;

    const pages = await pagesOf(bomb);

    expect(pages.at(-1)).toBe('https://a.test/2?&file;');
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThan(100);
  });

  it('does not unpack more than a sitemap may have', async () => {
    const bomb = gzipSync(Buffer.alloc(60_000_000, ' '));

    await expect(readSitemap(bomb)).rejects.toThrow();
  });

  it('ends after fifty thousand pages, and keeps no endless address', async () => {
    const many = `<urlset>${'<url><loc>https://a.test/1</loc></url>'.repeat(60_000)}</urlset>`;
    const [endless] = await pagesOf(urlset(`<loc>https://a.test/${'a'.repeat(3_000_000)}</loc>`));

    expect(await pagesOf(many)).toHaveLength(50_000);
    expect(endless?.length).toBeLessThan(70_000);
  });
});
