import { OutboundClient } from '#common/http';
import { LoopbackInternet } from './outbound/loopback-internet.js';
import { LoopbackServer } from './outbound/loopback-server.js';
import type { SitePage } from './site.js';

/** Web sites under names of their own, all on one loopback server, for a client that keeps all its checks. */
export interface TestWeb {
  /** Reaches the sites, and nothing else. */
  readonly outbound: OutboundClient;
  readonly internet: LoopbackInternet;
  /** Addresses that were asked for, in order. */
  readonly requests: string[];
  set(url: string, page: SitePage): void;
  remove(url: string): void;
  /** How often an address was asked for. */
  count(url: string): number;
  close(): Promise<void>;
}

/** Pages that have no page of their own are not found; `http` only. */
export async function createWeb(pages: Readonly<Record<string, SitePage>> = {}): Promise<TestWeb> {
  const current = new Map(Object.entries(pages));
  const requests: string[] = [];
  const server = await LoopbackServer.http((request, response) => {
    const url = `http://${request.headers.host ?? ''}${request.url ?? '/'}`;
    requests.push(url);
    const page = current.get(url) ?? current.get(`${new URL(url).origin}/*`);
    if (page === undefined) return response.writeHead(404).end('no such page');
    if (typeof page !== 'string') return page(request, response);
    return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  });
  const internet = new LoopbackInternet(server.port);
  const { resolver, connectorFactory } = internet;
  const outbound = new OutboundClient({ allow: [], resolver, connectorFactory });
  return {
    ...{ outbound, internet, requests },
    set: (url, page) => current.set(url, page),
    remove: (url) => current.delete(url),
    count: (url) => requests.filter((one) => one === url).length,
    close: async () => {
      await outbound.close();
      await server.close();
    },
  };
}

/** A page with links, and something to say that only it says. */
export function linkedPage(title: string, text: string, links: readonly string[] = [], head = ''): string {
  const list = links.map((link) => `<li><a href="${link}">${link}</a></li>`).join('');
  return `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body>
    <main><article><h1>${title}</h1><p>${text}</p><p>${title} is one page of several, and has enough words to be
    read as an article by itself.</p></article></main><nav><ul>${list}</ul></nav></body></html>`;
}
