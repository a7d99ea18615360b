import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Listener, LoopbackServer } from './outbound/loopback-server.js';

/** What a page answers: HTML, or anything else by hand. */
export type SitePage = string | Listener;

/** A small web site on loopback whose pages can be changed while it runs. */
export interface TestSite {
  /** For `OUTBOUND_ALLOW`. */
  readonly host: string;
  readonly url: (path: string) => string;
  /** Requests that came, with their headers. */
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  set(path: string, page: SitePage): void;
  close(): Promise<void>;
}

/** Starts a site with these pages; whatever else is asked for is not found. */
export async function createSite(pages: Readonly<Record<string, SitePage>> = {}): Promise<TestSite> {
  const current = new Map(Object.entries(pages));
  const requests: TestSite['requests'] = [];
  const server = await LoopbackServer.http((request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    requests.push({ path, headers: request.headers });
    const page = current.get(path);
    if (page === undefined) return response.writeHead(404).end('no such page');
    if (typeof page !== 'string') return page(request, response);
    return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  });
  return {
    host: server.host,
    url: (path) => `http://${server.host}${path}`,
    requests,
    set: (path, page) => current.set(path, page),
    close: () => server.close(),
  };
}

/** An article as a page of a web site has it, with the usual things around it. */
export function articlePage(title: string, ...paragraphs: readonly string[]): string {
  const body = paragraphs.map((text) => `<p>${text}</p>`).join('\n');
  return `<!doctype html><html lang="en"><head><title>${title}</title></head><body>
    <nav><a href="/">Home</a> <a href="/login">Log in</a></nav>
    <main><article><h1>${title}</h1>${body}</article></main>
    <footer>Cookie settings. Imprint.</footer></body></html>`;
}
