/**
 * Owns the way to put markup together in which whatever is not markup is shown as text.
 * Does not own pages, their styles nor their policies.
 * Announces nothing.
 */
export { Html, html, NOTHING } from './html.js';
