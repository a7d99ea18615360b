import { describe, expect, it } from '@jest/globals';
import type { RenderMode } from '../datasources.types.js';
import { PageEmpty, PageNeedsBrowser, PageNotRendered } from '../page.errors.js';
import type { ExtractedPage, FetchedPage, PageExtractor } from '../ports/page-extractor.port.js';
import type { PageRenderer } from '../ports/page-renderer.port.js';
import { BrowsePage } from './browse-page.js';

const SIGNAL = new AbortController().signal;
const page = (html: string, contentType = 'text/html'): FetchedPage => ({
  body: Buffer.from(html),
  contentType,
  url: 'http://app.example/',
});
const read = ({ body }: FetchedPage): ExtractedPage | Error => {
  const text = Buffer.from(body).toString();
  if (text === 'shell') return new PageNeedsBrowser();
  return text === '' ? new PageEmpty() : { title: 'Page', markdown: text };
};
const extractor: PageExtractor = {
  extract: (one) => {
    const content = read(one);
    return content instanceof Error ? Promise.reject(content) : Promise.resolve(content);
  },
  survey: (one) => Promise.resolve({ links: [], directives: '', content: read(one) }),
};

/** A browser in which pages say that they were rendered. */
function browser(isAvailable = true, failure?: Error): PageRenderer {
  return {
    isAvailable,
    render: ({ url }) => (failure ? Promise.reject(failure) : Promise.resolve({ html: 'rendered', url })),
  };
}

describe('BrowsePage', () => {
  it.each<[RenderMode, string, string, boolean]>([
    ['auto', 'shell', 'rendered', true],
    ['auto', 'text', 'text', false],
    ['always', 'text', 'rendered', true],
    ['never', 'text', 'text', false],
  ])('%s: reads %j as %j', async (mode, html, markdown, isRendered) => {
    const browse = new BrowsePage(extractor, browser());

    const extracted = await browse.extract(page(html), mode, SIGNAL);
    const surveyed = await browse.survey(page(html), mode, SIGNAL);

    expect(extracted).toMatchObject({ read: { markdown }, isRendered });
    expect(surveyed).toMatchObject({ read: { content: { markdown } }, isRendered });
  });

  it.each<[string, RenderMode, PageRenderer]>([
    ['never', 'never', browser()],
    ['there is no browser', 'auto', browser(false)],
    ['there is no browser, although always', 'always', browser(false)],
  ])('says that a browser is needed: %s', async (_case, mode, renderer) => {
    const browse = new BrowsePage(extractor, renderer);

    await expect(browse.extract(page('shell'), mode, SIGNAL)).rejects.toThrow(PageNeedsBrowser);
    const { read: survey } = await browse.survey(page('shell'), mode, SIGNAL);
    expect(survey.content).toBeInstanceOf(PageNeedsBrowser);
  });

  it('does not render what is empty anyway, nor what is no HTML', async () => {
    const browse = new BrowsePage(extractor, browser());

    await expect(browse.extract(page(''), 'auto', SIGNAL)).rejects.toThrow(PageEmpty);
    const { isRendered } = await browse.survey(page('text', 'text/plain'), 'always', SIGNAL);
    expect(isRendered).toBe(false);
  });

  it('tells of a page that cannot be rendered as of any other failure', async () => {
    const browse = new BrowsePage(extractor, browser(true, new PageNotRendered('took too long')));

    await expect(browse.extract(page('shell'), 'auto', SIGNAL)).rejects.toThrow(PageNotRendered);
    const { read: survey } = await browse.survey(page('shell'), 'auto', SIGNAL);
    expect(survey.content).toBeInstanceOf(PageNotRendered);
  });
});
