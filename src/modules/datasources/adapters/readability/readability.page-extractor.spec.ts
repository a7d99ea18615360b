import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Piscina } from 'piscina';
import { PageEmpty, PageLoginWall, PageNotHtml, PageTooComplex } from '../../page.errors.js';
import type { FetchedPage } from '../../ports/page-extractor.port.js';
import { ReadabilityPageExtractor } from './readability.page-extractor.js';

const html = (source: string, contentType = 'text/html'): FetchedPage => ({
  body: Buffer.from(source),
  contentType,
  url: 'https://library.example/hours',
});

describe('ReadabilityPageExtractor', () => {
  let extractor = new ReadabilityPageExtractor();

  afterEach(async () => {
    await extractor.close();
    extractor = new ReadabilityPageExtractor();
  });

  it('extracts a page in its worker thread', async () => {
    const page = await extractor.extract(html('<title>Hours</title><p>Open from nine to five.</p>'));

    expect(page).toMatchObject({ title: 'Hours', markdown: 'Open from nine to five.' });
  });

  it('leaves the bytes to the caller', async () => {
    const page = html('<p>Open from nine to five.</p>');

    await extractor.extract(page);

    expect(Buffer.from(page.body).toString()).toBe('<p>Open from nine to five.</p>');
  });

  it.each([
    ['', 'text/html', PageEmpty],
    ['<p>Sign in</p><input type="password">', 'text/html', PageLoginWall],
    ['{}', 'application/json', PageNotHtml],
    ['<b>a</b>'.repeat(400_000), 'text/html', PageTooComplex],
  ])('names what is wrong with a page, case %#', async (source, contentType, error) => {
    await expect(extractor.extract(html(source, contentType))).rejects.toThrow(error);
  });

  it('gives up on a page that takes too long, and reads the next', async () => {
    const impatient = new ReadabilityPageExtractor({ timeoutMs: 1_000 });
    const endless = html('<ul><li>a'.repeat(100_000));

    await expect(impatient.extract(endless)).rejects.toThrow(PageTooComplex);
    const next = await new ReadabilityPageExtractor().extract(html('<p>Open from nine to five.</p>'));

    expect(next.markdown).toBe('Open from nine to five.');
    await impatient.close();
  }, 30_000);

  it('begins a new worker after as many pages as one may read', async () => {
    const ended = jest.spyOn(Piscina.prototype, 'destroy');
    const careful = new ReadabilityPageExtractor({ pagesAWorker: 2 });

    const pages = await Promise.all(
      Array.from({ length: 5 }, () => careful.extract(html('<p>Open from nine to five.</p>'))),
    );

    expect(pages.map(({ markdown }) => markdown)).toEqual(Array(5).fill('Open from nine to five.'));
    expect(ended).toHaveBeenCalledTimes(2);
    ended.mockRestore();
    await careful.close();
  });

  it('works again after it was closed', async () => {
    await extractor.close();

    const page = await extractor.extract(html('<p>Open from nine to five.</p>'));

    expect(page.markdown).toBe('Open from nine to five.');
  });
});
