import { DomainError } from '#common/errors';

/** The server says that the page does not exist (404, 410). */
export class PageNotFound extends DomainError {
  static readonly code = 'datasources.page_not_found';
  static readonly kind = 'invalid';
  constructor(readonly status: number) {
    super(PageNotFound, `The page does not exist (status ${status}).`);
  }
}

/** The page is shown only to people who have logged in (401, 403, or nothing but a password form). */
export class PageLoginWall extends DomainError {
  static readonly code = 'datasources.page_login_wall';
  static readonly kind = 'invalid';
  constructor(readonly status?: number) {
    const seen = status === undefined ? 'it only shows a login form' : `status ${status}`;
    super(PageLoginWall, `The page cannot be read without logging in (${seen}).`);
  }
}

/** The server answered with an error that is neither "not found" nor "log in". */
export class PageStatusError extends DomainError {
  static readonly code = 'datasources.page_status';
  static readonly kind = 'invalid';
  constructor(readonly status: number) {
    super(PageStatusError, `The server of the page answered with status ${status}.`);
  }
}

/** The address does not lead to a text. */
export class PageNotHtml extends DomainError {
  static readonly code = 'datasources.page_not_html';
  static readonly kind = 'invalid';
  constructor(contentType?: string) {
    const seen = contentType ? ` The server calls it "${contentType.slice(0, 100)}".` : '';
    super(PageNotHtml, `The address is not a page of HTML, Markdown or plain text.${seen}`);
  }
}

/** Nothing was left to index. */
export class PageEmpty extends DomainError {
  static readonly code = 'datasources.page_empty';
  static readonly kind = 'invalid';
  constructor() {
    super(PageEmpty, 'The page has no text.');
  }
}

/** Nothing was left to index, and all speaks for scripts that would have filled the page. */
export class PageNeedsBrowser extends DomainError {
  static readonly code = 'datasources.page_needs_browser';
  static readonly kind = 'invalid';
  constructor() {
    super(PageNeedsBrowser, 'The page needs a browser to render: it has no text without JavaScript.');
  }
}

/** A browser was to show the page, and could not. */
export class PageNotRendered extends DomainError {
  static readonly code = 'datasources.page_not_rendered';
  static readonly kind = 'invalid';
  constructor(what: string, cause?: unknown) {
    super(PageNotRendered, `The page could not be rendered: it ${what}.`, {}, { cause });
  }
}

/** There is no browser, or it does not start. */
export class BrowserUnavailable extends DomainError {
  static readonly code = 'datasources.browser_unavailable';
  static readonly kind = 'unavailable';
  constructor(cause?: unknown) {
    const message = 'The browser that renders pages cannot be started.';
    super(BrowserUnavailable, message, {}, { cause });
  }
}

/** Reading the page took too much time or memory, or it is nested beyond reason. */
export class PageTooComplex extends DomainError {
  static readonly code = 'datasources.page_too_complex';
  static readonly kind = 'invalid';
  constructor(cause?: unknown) {
    super(PageTooComplex, 'The page is too complex to be read.', {}, { cause });
  }
}

/** The document would be cut into more passages than one document may have. */
export class DocumentTooLong extends DomainError {
  static readonly code = 'datasources.document_too_long';
  static readonly kind = 'too_large';
  constructor(maxChunks: number) {
    super(
      DocumentTooLong,
      `The document has too much text: it would be cut into more than ${maxChunks} passages.`,
    );
  }
}

/** In how many ways a page that was fetched can be of no use. */
export const PAGE_FAILURES = [
  PageNotFound,
  PageLoginWall,
  PageStatusError,
  PageNotHtml,
  PageEmpty,
  PageNeedsBrowser,
  PageNotRendered,
  BrowserUnavailable,
  PageTooComplex,
  DocumentTooLong,
] as const;
