import { Html, html } from './html.js';
import { STILL_PAGE_POLICY } from './still-page-policy.js';

/** What a page that only shows is made of. */
export interface StillPage {
  readonly title: string;
  /** A style sheet. */
  readonly style: string;
  /** What stands in `<main>`. */
  readonly body: Html;
}

/** Where a page is parted. No text that is shown can hold it. */
export const GAP = new Html('<!-- gap -->');

/** One file that loads nothing and runs nothing. */
export function stillPage({ title, style, body }: StillPage): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${STILL_PAGE_POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html> `.text;
}

/** The page up to its `GAP` and from there on: for one that is sent while its middle is made. */
export function partedPage(page: StillPage): readonly [before: string, after: string] {
  const whole = stillPage(page);
  const at = whole.indexOf(GAP.text);
  return [whole.slice(0, at), whole.slice(at + GAP.text.length)];
}
