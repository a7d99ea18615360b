import { Injectable } from '@nestjs/common';
import type { RenderMode } from '../datasources.types.js';
import { PageNeedsBrowser, PageNotRendered } from '../page.errors.js';
import {
  type ExtractedPage,
  type FetchedPage,
  PageExtractor,
  type PageSurvey,
} from '../ports/page-extractor.port.js';
import { PageRenderer } from '../ports/page-renderer.port.js';

/** What was read of a page, and whether a browser had to show it first. */
export interface Browsed<T> {
  readonly read: T;
  /** Then what the server says of the version of its page does not tell whether the content is the same. */
  readonly isRendered: boolean;
}

const HTML = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;

/** Reads a page that has come, by way of a browser where its source wants that and there is one. */
@Injectable()
export class BrowsePage {
  constructor(
    private readonly extractor: PageExtractor,
    private readonly renderer: PageRenderer,
  ) {}

  /** @throws as `PageExtractor.extract`, PageNotRendered, BrowserUnavailable */
  async extract(page: FetchedPage, mode: RenderMode, signal: AbortSignal): Promise<Browsed<ExtractedPage>> {
    if (this.#rendersAtOnce(page, mode)) return this.#extractRendered(page, signal);
    try {
      return { read: await this.extractor.extract(page), isRendered: false };
    } catch (error) {
      if (error instanceof PageNeedsBrowser && this.#mayRender(mode))
        return this.#extractRendered(page, signal);
      throw error;
    }
  }

  /** A page that cannot be rendered has that failure for its content. @throws as `PageExtractor.survey`, BrowserUnavailable */
  async survey(page: FetchedPage, mode: RenderMode, signal: AbortSignal): Promise<Browsed<PageSurvey>> {
    const plain = await this.extractor.survey(page);
    const isWanted =
      this.#rendersAtOnce(page, mode) || (plain.content instanceof PageNeedsBrowser && this.#mayRender(mode));
    if (!isWanted) return { read: plain, isRendered: false };
    try {
      return { read: await this.extractor.survey(await this.#rendered(page, signal)), isRendered: true };
    } catch (error) {
      if (!(error instanceof PageNotRendered)) throw error;
      return { read: { ...plain, content: error }, isRendered: true };
    }
  }

  async #extractRendered(page: FetchedPage, signal: AbortSignal): Promise<Browsed<ExtractedPage>> {
    return { read: await this.extractor.extract(await this.#rendered(page, signal)), isRendered: true };
  }

  async #rendered(page: FetchedPage, signal: AbortSignal): Promise<FetchedPage> {
    const { html, url } = await this.renderer.render(page, signal);
    return { body: Buffer.from(html), contentType: 'text/html; charset=utf-8', url, isRendered: true };
  }

  #rendersAtOnce({ contentType = '' }: FetchedPage, mode: RenderMode): boolean {
    return mode === 'always' && this.renderer.isAvailable && HTML.test(contentType);
  }

  #mayRender(mode: RenderMode): boolean {
    return mode !== 'never' && this.renderer.isAvailable;
  }
}
