/** What came over the wire for one address. */
export interface FetchedPage {
  readonly body: Uint8Array;
  /** The `Content-Type` header as it was sent. */
  readonly contentType?: string;
  /** The address after redirects; relative links are resolved against it. */
  readonly url: string;
  /** A browser has shown it, so that no browser is missing, whatever it looks like. */
  readonly isRendered?: boolean;
}

export type TextDirection = 'ltr' | 'rtl';

/** Where a page, slide or row of a file begins in its Markdown. */
export interface DocumentPlace {
  readonly offset: number;
  /** Counts from 1. */
  readonly number: number;
  readonly unit: 'page' | 'slide' | 'row';
  readonly sheet?: string;
}

/** The readable part of a page. All texts are in NFC and free of control characters. */
export interface ExtractedPage {
  /** Never empty: falls back to the file name and then to the host. */
  readonly title: string;
  /** The address the page gives itself, when it is http(s) and on the same host. */
  readonly canonicalUrl?: string;
  /** Primary language subtag: `en`, `ja`. */
  readonly language?: string;
  readonly direction?: TextDirection;
  /** Main content. Text is not escaped, so a sentence can be quoted as it stands; links and images are gone. */
  readonly markdown: string;
  /** In the order of their offsets. Only files have any. */
  readonly places?: readonly DocumentPlace[];
}

/** What a crawl wants to know of a page. */
export interface PageSurvey {
  /** The pages it leads to: absolute, each once, without fragments. Not so many that they would be a burden. */
  readonly links: readonly string[];
  /** What its meta tags ask of robots, as it stands there: `noindex, follow`. */
  readonly directives: string;
  /** Its content, or the failure that `extract` would throw for want of any: PageEmpty, PageNeedsBrowser or PageLoginWall. */
  readonly content: ExtractedPage | Error;
}

/** Turns a fetched page into its main content. Scripts are never run and nothing is fetched. */
export abstract class PageExtractor {
  /**
   * @throws PageNotHtml when the content is neither HTML nor plain text nor Markdown.
   * @throws PageEmpty when there is no text to index.
   * @throws PageNeedsBrowser when scripts would have filled the page.
   * @throws PageLoginWall when the page is only a form that asks for a password.
   * @throws PageTooComplex when the page cannot be read within the limits on time and memory.
   */
  abstract extract(page: FetchedPage): Promise<ExtractedPage>;

  /**
   * @throws PageNotHtml, PageTooComplex as above.
   */
  abstract survey(page: FetchedPage): Promise<PageSurvey>;
}
