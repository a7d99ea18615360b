import { PageEmpty, PageLoginWall, PageNotHtml } from '../../page.errors.js';
import type { ExtractedPage, FetchedPage } from '../../ports/page-extractor.port.js';
import { extractPage } from './extract-page.js';

/** An answer that survives the way between threads, which strips errors of their class. */
export type ExtractOutcome =
  | { readonly state: 'extracted'; readonly page: ExtractedPage }
  | { readonly state: 'empty'; readonly needsBrowser: boolean }
  | { readonly state: 'login_wall' }
  | { readonly state: 'not_html' };

/** Task of the worker thread. Whatever it throws is a page that could not be coped with. */
export function extract(page: FetchedPage): ExtractOutcome {
  try {
    return { state: 'extracted', page: extractPage(page) };
  } catch (error) {
    if (error instanceof PageEmpty) return { state: 'empty', needsBrowser: error.needsBrowser };
    if (error instanceof PageLoginWall) return { state: 'login_wall' };
    if (error instanceof PageNotHtml) return { state: 'not_html' };
    throw error;
  }
}
