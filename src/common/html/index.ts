/**
 * Owns the way to put markup together in which whatever is not markup is shown as text, and the policy of pages that only show.
 * Does not own pages, nor their styles.
 * Announces nothing.
 */
export { Html, html, NOTHING } from './html.js';
export { STILL_PAGE_POLICY } from './still-page-policy.js';
export { GAP, partedPage, stillPage } from './still-page.js';
