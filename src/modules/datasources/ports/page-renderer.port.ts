import type { FetchedPage } from './page-extractor.port.js';

/** A page as a browser shows it once its scripts have run. */
export interface RenderedPage {
  /** The document as HTML. */
  readonly html: string;
  /** The address that it ended up with, on the same origin. */
  readonly url: string;
}

/**
 * Runs the scripts of a page in a browser. Nothing reaches the network but by the outbound client, with all its checks,
 * whatever the page tries: requests, redirects, frames, workers, sockets.
 */
export abstract class PageRenderer {
  /** Whether there is a browser at all. */
  abstract readonly isAvailable: boolean;

  /**
   * @param page as its server sent it. It is not asked for again.
   * @throws PageNotRendered when the page takes too much time or memory, or breaks.
   * @throws BrowserUnavailable when the browser cannot be started; it may pass.
   */
  abstract render(page: FetchedPage, signal: AbortSignal): Promise<RenderedPage>;
}
