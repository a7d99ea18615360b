import { PageEmpty, PageLoginWall, PageNeedsBrowser, PageNotHtml } from '../../page.errors.js';
import type { ExtractedPage, FetchedPage, PageSurvey } from '../../ports/page-extractor.port.js';
import { extractPage } from './extract-page.js';
import { surveyPage } from './survey-page.js';

/** An answer that survives the way between threads, which strips errors of their class. */
export type ExtractOutcome = { readonly state: 'extracted'; readonly page: ExtractedPage } | Unreadable;

/** Word of a page that has no content for us. */
export type Unreadable =
  | { readonly state: 'empty' }
  | { readonly state: 'needs_browser' }
  | { readonly state: 'login_wall' }
  | { readonly state: 'not_html' };

/** A page as a crawl sees it, or why there is nothing to see. */
export type SurveyOutcome =
  | {
      readonly state: 'surveyed';
      readonly survey: Omit<PageSurvey, 'content'>;
      readonly content: ExtractOutcome;
    }
  | Unreadable;

/** Task of the worker thread. Whatever it throws is a page that could not be coped with. */
export function extract(page: FetchedPage): ExtractOutcome {
  return outcomeOf(() => ({ state: 'extracted', page: extractPage(page) }));
}

/** Another task of the worker thread: reads where a page leads, too. */
export function survey(page: FetchedPage): SurveyOutcome {
  return outcomeOf(() => {
    const { read, ...surveyed } = surveyPage(page);
    return {
      state: 'surveyed',
      survey: surveyed,
      content: outcomeOf(() => ({ state: 'extracted', page: read() })),
    };
  });
}

function outcomeOf<Outcome>(work: () => Outcome): Outcome | Unreadable {
  try {
    return work();
  } catch (error) {
    if (error instanceof PageEmpty) return { state: 'empty' };
    if (error instanceof PageNeedsBrowser) return { state: 'needs_browser' };
    if (error instanceof PageLoginWall) return { state: 'login_wall' };
    if (error instanceof PageNotHtml) return { state: 'not_html' };
    throw error;
  }
}
