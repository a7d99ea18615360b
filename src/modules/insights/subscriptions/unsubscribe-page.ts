import { createHash } from 'node:crypto';
import { Html, html } from '#common/html';

const STYLE = `
:root { color-scheme: light dark; --ink: #1a1c1f; --page: #f5f6f8; --card: #fff; --main: #1f4fd8; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef2; --page: #121417; --card: #1c1f24; --main: #9db8ff; --on: #0d1a40; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 34rem; margin: 3rem auto; padding: 1.5rem; background: var(--card); border-radius: .75rem; }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; }
button { padding: .7rem 1.4rem; font: inherit; font-weight: 600; color: var(--on); background: var(--main); border: 0; border-radius: .4rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
`;

/** No script, no part from elsewhere, and the button goes nowhere but here. */
export const UNSUBSCRIBE_POLICY = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  `form-action 'self'`,
  `base-uri 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

/** Asks once: programs that look at each link of a letter press no buttons. */
export function unsubscribePage(botName: string): string {
  return page(
    'Unsubscribe',
    html`<p>No more reports about “${botName}” will be sent to you.</p>
      <form method="post"><button type="submit">Unsubscribe</button></form>`,
  );
}

export function endedPage(): string {
  return page('You are unsubscribed', html`<p>No more of these reports will be sent to you.</p>`);
}

function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`.text;
}
