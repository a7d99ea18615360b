import { PageNotHtml } from '../../page.errors.js';
import type { ExtractedPage, FetchedPage, PageSurvey } from '../../ports/page-extractor.port.js';
import { contentKind } from './content-kind.js';
import { extractDocument, extractPage } from './extract-page.js';
import { assertAffordable } from './markup-budget.js';
import { decodePage } from '../shared/page-charset.js';
import { parsePage } from './page-document.js';
import { readLinks } from './read-links.js';

/** What a page says to robots, and a way to its content, which may be missing. */
export interface SurveyedPage extends Omit<PageSurvey, 'content'> {
  /** @throws as `PageExtractor.extract` does. */
  readonly read: () => ExtractedPage;
}

/** Reads of a page what a crawl wants to know, and parses it once for that and for its content. */
export function surveyPage(page: FetchedPage): SurveyedPage {
  const source = decodePage(page.body, page.contentType);
  switch (contentKind(page, source)) {
    case 'html': {
      assertAffordable(source);
      const document = parsePage(source);
      return {
        links: readLinks(document, page.url),
        directives: directivesIn(document),
        read: () => extractDocument(document, source, page),
      };
    }
    case 'text':
      return { links: [], directives: '', read: () => extractPage(page) };
    case 'other':
      throw new PageNotHtml(page.contentType);
  }
}

function directivesIn(document: Document): string {
  return [...document.querySelectorAll('meta[name="robots" i], meta[name="colloquy" i]')]
    .map((meta) => meta.getAttribute('content') ?? '')
    .join(',')
    .slice(0, 1_000);
}
