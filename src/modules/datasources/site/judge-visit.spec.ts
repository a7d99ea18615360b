import { describe, expect, it } from '@jest/globals';
import { OutboundTimeout } from '../../../common/http/index.js';
import { PageServerFailing } from '../datasources.errors.js';
import { PageEmpty, PageNeedsBrowser, PageNotFound, PageNotHtml } from '../page.errors.js';
import type { ExtractedPage } from '../ports/page-extractor.port.js';
import { judgeVisit } from './judge-visit.js';
import { SiteScope } from './site-scope.js';
import { SITE_DEFAULTS } from './site.types.js';
import type { Finding, KnownDocument, Visit } from './visit.types.js';

const URL_OF_PAGE = 'https://docs.test/a/b';
const scope = new SiteScope({ ...SITE_DEFAULTS, startUrls: ['https://docs.test/'], exclude: ['/drafts/**'] });
const KNOWN: KnownDocument = { id: 'd', url: URL_OF_PAGE, contentHash: 'h', indexVersion: 1 };

const visit = (
  finding: Finding,
  more: { known?: KnownDocument; tries?: number; heedsCanonical?: boolean } = {},
): Visit => ({
  page: {
    ...{ id: 'p', url: URL_OF_PAGE, origin: 'https://docs.test', depth: 2 },
    ...{ tries: more.tries ?? 0, heedsCanonical: more.heedsCanonical ?? true },
  },
  known: more.known,
  finding,
  durationMs: 5,
});
const failure = (error: unknown): Finding => ({ kind: 'failure', error });
const page = (content: Partial<ExtractedPage> | Error, directives = '', robotsTag = ''): Finding => ({
  ...{ kind: 'page', status: 200, version: { bytes: 9 }, robotsTag },
  survey: {
    ...{ links: ['https://docs.test/next'], directives },
    content: content instanceof Error ? content : { title: 'T', markdown: 'M', ...content },
  },
});

describe('judgeVisit', () => {
  it('keeps a page with its content and its links', () => {
    const judged = judgeVisit(visit(page({})), scope);

    expect(judged.settled).toBeUndefined();
    expect(judged.content?.page?.markdown).toBe('M');
    expect(judged.links).toEqual(['https://docs.test/next']);
  });

  it.each([
    ['/a/c', 'datasources.page_redirected', ['https://docs.test/a/c']],
    ['https://docs.test/a/b#top', 'datasources.page_redirected', []],
    ['https://other.test/a', 'datasources.page_out_of_scope', []],
    ['http://169.254.169.254/', 'datasources.page_out_of_scope', []],
    ['/drafts/a', 'datasources.page_excluded', []],
    ['http://[', 'datasources.page_out_of_scope', []],
  ])('reads the redirect to %s as %s', (to, code, found) => {
    const judged = judgeVisit(visit({ kind: 'redirect', status: 301, to }), scope);

    expect(judged.settled).toMatchObject({ outcome: 'skipped', reason: { code }, httpStatus: 301 });
    expect(judged.found.map(({ url }) => url)).toEqual(found);
  });

  it('calls a page gone that was there before, and failed otherwise', () => {
    const error = failure(new PageNotFound(404));

    expect(judgeVisit(visit(error, { known: KNOWN }), scope).settled).toMatchObject({
      outcome: 'gone',
      httpStatus: 404,
    });
    expect(judgeVisit(visit(error), scope).settled).toMatchObject({ outcome: 'failed', documentId: null });
  });

  it.each([
    ['a server that fails', new PageServerFailing(500), 0, 500],
    ['a server that fails again', new PageServerFailing(500), 1, 1_000],
    ['a server that says when', new PageServerFailing(503, 90_000), 3, 90_000],
    ['silence', new OutboundTimeout('docs.test'), 0, 500],
    ['what nobody knows', new Error('boom'), 0, 500],
  ])('waits after %s', (_what, error, tries, waitMs) => {
    expect(judgeVisit(visit(failure(error), { tries }), scope).settled).toMatchObject({
      ...{ outcome: null, waitMs, tries: tries + 1 },
    });
  });

  it.each([
    ['a server that keeps failing', new PageServerFailing(500), 2, 'datasources.page_server_failing'],
    [
      'a server that always says when',
      new PageServerFailing(503, 1_000),
      5,
      'datasources.page_server_failing',
    ],
    ['what nobody knows, and says nothing of it', new Error('boom'), 2, 'internal'],
  ])('gives up on %s', (_what, error, tries, code) => {
    expect(judgeVisit(visit(failure(error), { tries }), scope).settled).toMatchObject({
      ...{ outcome: 'failed', reason: { code } },
    });
  });

  it.each([
    ['no HTML', failure(new PageNotHtml('application/pdf')), 'datasources.page_not_html'],
    ['no text', page(new PageEmpty()), 'datasources.page_empty'],
    ['a browser missing', page(new PageNeedsBrowser()), 'datasources.page_needs_browser'],
    ['a meta tag', page({}, 'noindex'), 'datasources.page_not_indexed'],
    ['a header', page({}, '', 'noindex'), 'datasources.page_not_indexed'],
    ['robots.txt', { kind: 'disallowed' } as const, 'datasources.page_disallowed'],
  ])('skips a page for %s', (_what, finding, code) => {
    expect(judgeVisit(visit(finding), scope).settled).toMatchObject({ outcome: 'skipped', reason: { code } });
  });

  it('follows the links of a page that is not to be indexed, unless that is forbidden, too', () => {
    expect(judgeVisit(visit(page({}, 'noindex')), scope).links).toHaveLength(1);
    expect(judgeVisit(visit(page({}, 'none')), scope).links).toEqual([]);
  });

  it('believes a page where it says that it belongs', () => {
    const canonicalUrl = 'https://docs.test/a/screen?utm_source=x';
    const judged = judgeVisit(visit(page({ canonicalUrl })), scope);

    expect(judged.settled).toMatchObject({
      outcome: 'duplicate',
      canonicalUrl: 'https://docs.test/a/screen',
    });
    expect(judged.found).toEqual([{ url: 'https://docs.test/a/screen', depth: 2 }]);
  });

  it.each([
    ['itself', { canonicalUrl: `${URL_OF_PAGE}#x` }, true],
    ['the front page', { canonicalUrl: 'https://docs.test/' }, true],
    ['what is left out', { canonicalUrl: 'https://docs.test/drafts/a' }, true],
    ['a page that was not found', { canonicalUrl: 'https://docs.test/c' }, false],
  ])('does not believe that it belongs to %s', (_what, content, heedsCanonical) => {
    expect(judgeVisit(visit(page(content), { heedsCanonical }), scope).settled).toBeUndefined();
  });
});
