import { buffer } from 'node:stream/consumers';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Operations } from '#common/telemetry';
import type { AddressResolver } from './address-resolver.js';
import { checkedHeaders } from './caller-headers.js';
import { socketConnector, type ConnectorFactory } from './checked-connector.js';
import { essenceOf, isOneOf } from './content-type.js';
import { Deadline } from './deadline.js';
import { DestinationPolicy } from './destination-policy.js';
import { encodedBodyOf, Exchange, headerOf, type Reply } from './exchange.js';
import { FetchAdapter } from './fetch-adapter.js';
import { OutboundContentTypeRefused } from './outbound.errors.js';
import { endAsStatus, outboundFetch } from './outbound.operation.js';
import type { OutboundFetchOptions, OutboundRequest, OutboundResponse } from './outbound.types.js';
import { OutboundTransport, type Hop } from './outbound-transport.js';
import { acceptedEncodings, decodedBody, discard } from './response-body.js';
import { SystemResolver } from './system-resolver.js';
import { translateFailure } from './translate-failure.js';

const defaultTimeoutMs = 15_000;
const defaultMaxBytes = 10_000_000;
const defaultUserAgent = 'Mozilla/5.0 (compatible; Colloquy/0.1)';

export interface OutboundClientOptions {
  /** `host:port` pairs that may be reached although they are private (`OUTBOUND_ALLOW`). */
  readonly allow: readonly string[];
  readonly userAgent?: string;
  /** The operating system's, unless said otherwise. */
  readonly resolver?: AddressResolver;
  /** Opens the sockets, behind the address check. Tests lead them to loopback. */
  readonly connectorFactory?: ConnectorFactory;
  /** Nobody watches unless said otherwise. */
  readonly operations?: Operations;
}

/**
 * The only way out: every request to a URL that a user, a page or a specification named goes through here.
 *
 * Reaches public http(s) servers and what `allow` lists, nothing else. Each name is resolved once, all its addresses
 * are checked, and the connection goes to a checked address; each redirect is treated like a new request, without
 * the caller's headers when it leaves the origin.
 */
export class OutboundClient implements OnApplicationShutdown {
  readonly #policy: DestinationPolicy;
  readonly #transport: OutboundTransport;
  readonly #userAgent: string;
  readonly #operations: Operations;

  constructor(options: OutboundClientOptions) {
    this.#policy = new DestinationPolicy(options.allow);
    this.#userAgent = options.userAgent ?? defaultUserAgent;
    this.#operations = options.operations ?? Operations.unobserved();
    this.#transport = new OutboundTransport(
      options.resolver ?? new SystemResolver(),
      options.connectorFactory ?? socketConnector,
    );
  }

  /**
   * The URL in its normal form, when it could be requested as far as can be said without looking its name up.
   *
   * @throws OutboundUrlInvalid | OutboundAddressRefused
   */
  checkUrl(url: string): URL {
    return this.#policy.check(url).url;
  }

  /**
   * The whole answer, whatever its status.
   *
   * @throws OutboundError, a class for each case; the reason of `request.signal` when the caller aborted.
   */
  async fetch(request: OutboundRequest): Promise<OutboundResponse> {
    const hop = this.#hopOf(request);
    const facts = { 'out.host': hop.destination.url.hostname, 'http.method': hop.method };
    return this.#operations.run(outboundFetch, facts, async (run) => {
      const response = await this.#exchange(hop, request);
      run.note({ redirects: response.redirects, bytes: response.body.length });
      endAsStatus(run, response.status);
      return response;
    });
  }

  /**
   * A `fetch` for SDKs, with a streamed body. It rejects with `OutboundError`s; framing headers are ignored.
   *
   * Aborting its signal or cancelling the body closes the connection at once. Request bodies are read into memory.
   */
  asFetch(options: OutboundFetchOptions): typeof globalThis.fetch {
    const policy = this.#policy.allowing(options.extraAllow ?? []);
    const adapter = new FetchAdapter(this.#transport, policy, options, this.#userAgent, this.#operations);
    return (input, init) => adapter.fetch(input, init);
  }

  /** Ends all connections; requests under way fail. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  async #exchange(hop: Hop, request: OutboundRequest): Promise<OutboundResponse> {
    const deadline = new Deadline(request.timeoutMs ?? defaultTimeoutMs, request.signal);
    try {
      const redirect = request.redirect ?? 'follow';
      const reply = await new Exchange(this.#transport, this.#policy, { deadline, redirect }).run(hop);
      const body = await this.#read(reply, request);
      return responseFrom(reply, body);
    } finally {
      deadline.release();
    }
  }

  #hopOf(request: OutboundRequest): Hop {
    const destination = this.#policy.check(request.url);
    const headers = {
      'user-agent': this.#userAgent,
      accept: '*/*',
      ...checkedHeaders(request.headers ?? {}),
      'accept-encoding': acceptedEncodings,
    };
    const hop = { destination, method: (request.method ?? 'GET').toUpperCase(), headers };
    return request.body === undefined ? hop : { ...hop, body: request.body };
  }

  async #read(reply: Reply, request: OutboundRequest): Promise<Buffer> {
    try {
      assertContentType(reply, request.contentTypes);
      const body = decodedBody(encodedBodyOf(reply), request.maxBytes ?? defaultMaxBytes);
      return await buffer(body);
    } catch (failure) {
      discard(reply.body);
      throw translateFailure(failure, reply.url.host);
    }
  }
}

function assertContentType(reply: Reply, accepted: readonly string[] | undefined): void {
  const contentType = headerOf(reply, 'content-type');
  const isSuccess = reply.status >= 200 && reply.status < 300;
  if (accepted && contentType && isSuccess && !isOneOf(contentType, accepted)) {
    throw new OutboundContentTypeRefused(reply.url.host, essenceOf(contentType));
  }
}

function responseFrom(reply: Reply, body: Buffer): OutboundResponse {
  const url = new URL(reply.url);
  url.hash = '';
  return {
    url: url.href,
    status: reply.status,
    headers: Object.fromEntries(
      Object.entries(reply.headers).map(([name, values]) => [name, [values].flat().join(', ')]),
    ),
    contentType: headerOf(reply, 'content-type') ?? null,
    body,
    redirects: reply.redirects,
  };
}
