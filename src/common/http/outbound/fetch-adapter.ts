import { STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';
import type { Operations } from '#common/telemetry';
import { checkedHeaders, withoutConnectionHeaders } from './caller-headers.js';
import { Deadline } from './deadline.js';
import type { DestinationPolicy } from './destination-policy.js';
import { encodedBodyOf, Exchange, type Reply } from './exchange.js';
import { OutboundTooLarge } from './outbound.errors.js';
import { endAsStatus, outboundFetch } from './outbound.operation.js';
import type { OutboundFetchOptions } from './outbound.types.js';
import type { Hop, OutboundTransport } from './outbound-transport.js';
import { decodedBody, discard, isPlain } from './response-body.js';
import { translateFailure } from './translate-failure.js';

const defaultMaxBytes = 50_000_000;
const bufferedBytes = 65_536;
const statusesWithoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

/** The WHATWG `fetch` over our transport, for SDKs that take one. */
export class FetchAdapter {
  constructor(
    private readonly transport: OutboundTransport,
    private readonly policy: DestinationPolicy,
    private readonly options: OutboundFetchOptions,
    private readonly userAgent: string,
    private readonly operations: Operations,
  ) {}

  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const destination = this.policy.check(input instanceof Request ? input.url : String(input));
    const request = readRequest(input, init);
    const hop = await this.#hopOf(request, destination);
    const facts = { 'out.host': destination.url.hostname, 'http.method': hop.method };
    return this.operations.run(outboundFetch, facts, async (run) => {
      const response = await this.#answer(hop, request);
      endAsStatus(run, response.status);
      return response;
    });
  }

  async #answer(hop: Hop, request: RequestParts): Promise<Response> {
    const deadline = new Deadline(this.options.headersTimeoutMs, request.signal);
    const { redirect } = request;
    const { idleTimeoutMs } = this.options;
    try {
      const exchange = new Exchange(this.transport, this.policy, { deadline, idleTimeoutMs, redirect });
      const reply = await exchange.run(hop);
      deadline.stopClock();
      return this.#responseTo(reply, hop.method, deadline);
    } catch (failure) {
      deadline.release();
      throw failure;
    }
  }

  async #hopOf(request: RequestParts, destination: Hop['destination']): Promise<Hop> {
    const headers = checkedHeaders(withoutConnectionHeaders(Object.fromEntries(request.headers)));
    // Servers hold streams back to compress them; the bytes saved are not worth the wait for the first word.
    const ownHeaders = { 'user-agent': this.userAgent, ...headers, 'accept-encoding': 'identity' };
    const hop = { destination, method: request.method, headers: ownHeaders };
    const body = await request.readBody();
    return body === null ? hop : { ...hop, body };
  }

  #responseTo(reply: Reply, method: string, deadline: Deadline): Response {
    const response = new Response(this.#streamOf(reply, method, deadline), {
      status: reply.status,
      statusText: STATUS_CODES[reply.status] ?? '',
      headers: Object.entries(reply.headers).flatMap(([name, values]) =>
        [values].flat().map((value): [string, string] => [name, value]),
      ),
    });
    // Only the built-in fetch can set these two through the constructor.
    return Object.defineProperties(response, {
      url: { value: reply.url.href },
      redirected: { value: reply.redirects > 0 },
    });
  }

  #streamOf(reply: Reply, method: string, deadline: Deadline): ReadableStream<Uint8Array> | null {
    if (method === 'HEAD' || statusesWithoutBody.has(reply.status)) {
      discard(reply.body);
      deadline.release();
      return null;
    }
    try {
      const maxBytes = this.options.maxBytes ?? defaultMaxBytes;
      const encoded = encodedBodyOf(reply);
      // A stream in between costs as much as everything else here does together.
      const body = isPlain(encoded) ? reply.body : decodedBody(encoded, maxBytes);
      body.once('close', () => deadline.release());
      return webStreamOf(body, reply.url.host, maxBytes);
    } catch (failure) {
      discard(reply.body);
      throw failure;
    }
  }
}

/** What of a `Request` is sent on. */
interface RequestParts extends Pick<Request, 'method' | 'headers' | 'redirect'> {
  readonly signal?: AbortSignal;
  readBody(): Promise<string | Uint8Array | null> | string | null;
}

/** SDKs give an address and a text: there is no need to make a `Request` of them, which takes longer than to send it. */
function readRequest(input: string | URL | Request, init: RequestInit = {}): RequestParts {
  const { body = null, headers, signal, method = 'GET', redirect = 'follow' } = init;
  if (
    input instanceof Request ||
    !(headers instanceof Headers) ||
    (body !== null && typeof body !== 'string')
  ) {
    const request = new Request(input, init);
    return { ...partsOf(request), readBody: () => (request.body === null ? null : request.bytes()) };
  }
  return {
    ...{ method: method.toUpperCase(), headers, redirect, signal: signal ?? undefined },
    readBody: () => body,
  };
}

function partsOf({ method, headers, redirect, signal }: Request): Omit<RequestParts, 'readBody'> {
  return { method, headers, redirect, signal };
}

/** Like `Readable.toWeb`, but counts bytes instead of chunks against its buffer, and fails with our errors. */
function webStreamOf(body: Readable, host: string, maxBytes: number): ReadableStream<Uint8Array> {
  let bytes = 0;
  let isWanted = true;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        body.on('data', (chunk: Buffer) => {
          if (!isWanted) return;
          bytes += chunk.length;
          if (bytes > maxBytes) {
            isWanted = false;
            body.destroy(new OutboundTooLarge(host, maxBytes));
            return;
          }
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 0) <= 0) {
            body.pause();
          }
        });
        body.once('end', () => controller.close());
        body.once('error', (failure) => controller.error(translateFailure(failure, host)));
      },
      pull() {
        body.resume();
      },
      cancel() {
        isWanted = false;
        discard(body);
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferedBytes }),
  );
}
