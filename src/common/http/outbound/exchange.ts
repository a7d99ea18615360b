import type { Readable } from 'node:stream';
import type { Deadline } from './deadline.js';
import type { DestinationPolicy } from './destination-policy.js';
import { OutboundProtocolError, OutboundTooManyRedirects } from './outbound.errors.js';
import type { Hop, OutboundTransport } from './outbound-transport.js';
import { isRedirect, redirected } from './redirect.js';
import { discard, type EncodedBody } from './response-body.js';
import { translateFailure } from './translate-failure.js';

const maxRedirects = 5;

export interface ExchangeLimits {
  readonly deadline: Deadline;
  readonly idleTimeoutMs?: number;
  readonly redirect: 'follow' | 'manual' | 'error';
}

/** The head of the last answer, and its body as it comes over the wire. */
export interface Reply {
  readonly url: URL;
  readonly status: number;
  /** Names in lower case, values as Latin-1. */
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Readable;
  readonly redirects: number;
}

/** Sends a request and follows its redirects, each checked like the first, until there is an answer. */
export class Exchange {
  constructor(
    private readonly transport: OutboundTransport,
    private readonly policy: DestinationPolicy,
    private readonly limits: ExchangeLimits,
  ) {}

  async run(first: Hop): Promise<Reply> {
    let hop = first;
    for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
      const reply = await this.#send(hop, redirects);
      const location = headerOf(reply, 'location');
      if (!isRedirect(reply.status, location) || this.limits.redirect === 'manual') {
        return reply;
      }
      discard(reply.body);
      this.#assertMayFollow(hop);
      hop = redirected(hop, reply.status, location, this.policy);
    }
    throw new OutboundTooManyRedirects(first.destination.url.host, maxRedirects);
  }

  async #send(hop: Hop, redirects: number): Promise<Reply> {
    const { url } = hop.destination;
    const { deadline, idleTimeoutMs } = this.limits;
    try {
      deadline.signal.throwIfAborted();
      const sent = this.transport.send(hop, { signal: deadline.signal, idleTimeoutMs });
      const { statusCode, headers, body } = await deadline.race(sent);
      return { url, status: statusCode, headers: known(headers), body, redirects };
    } catch (failure) {
      throw translateFailure(failure, url.host);
    }
  }

  #assertMayFollow(hop: Hop): void {
    if (this.limits.redirect === 'error') {
      throw new OutboundProtocolError(hop.destination.url.host, 'redirected where no redirect was expected');
    }
  }
}

/** A header of an answer; of one that is repeated, the first. */
export function headerOf({ headers }: Reply, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** What is needed to read a reply's body. */
export function encodedBodyOf(reply: Reply): EncodedBody {
  return {
    host: reply.url.host,
    stream: reply.body,
    contentEncoding: [reply.headers['content-encoding'] ?? []].flat().join(','),
    contentLength: headerOf(reply, 'content-length'),
  };
}

function known(headers: Record<string, string | string[] | undefined>): Reply['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter((entry) => entry[1] !== undefined),
  ) as Reply['headers'];
}
