/** `Content-Security-Policy` of a page that is one file: no script, and nothing from elsewhere. Pictures have styles of their own. */
export const STILL_PAGE_POLICY = [
  `default-src 'none'`,
  `style-src 'unsafe-inline'`,
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');
