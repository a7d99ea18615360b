import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import {
  OutboundClient,
  OutboundRequestInvalid,
  OutboundTimeout,
  OutboundTooLarge,
} from '../../../src/common/http/outbound/index.js';
import { LoopbackServer, type Listener } from '../../support/outbound/loopback-server.js';

const limits = { headersTimeoutMs: 2_000, idleTimeoutMs: 2_000 };

describe('OutboundClient.asFetch', () => {
  let listener: Listener;
  let server: LoopbackServer;
  let client: OutboundClient;
  let url: string;

  beforeEach(async () => {
    server = await LoopbackServer.http((request, response) => listener(request, response));
    client = new OutboundClient({ allow: [server.host] });
    url = `http://${server.host}/v1`;
  });

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  it('answers like the built-in fetch', async () => {
    listener = (_request, response) => {
      response
        .writeHead(418, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] })
        .end('{"a":1}');
    };

    const response = await client.asFetch(limits)(new URL(url));

    expect(response).toMatchObject({ status: 418, ok: false, url, redirected: false });
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    await expect(response.json()).resolves.toEqual({ a: 1 });
  });

  it.each([
    ['text', 'text', 'text/plain;charset=UTF-8', 'text'],
    ['bytes', new TextEncoder().encode('bytes'), undefined, 'bytes'],
    ['a form', new URLSearchParams({ a: 'b' }), 'application/x-www-form-urlencoded;charset=UTF-8', 'a=b'],
  ])('sends %s', async (_name, body, contentType, expected) => {
    listener = async (request, response) => {
      const { headers } = request;
      const sent = {
        type: headers['content-type'],
        length: headers['content-length'],
        body: await textOf(request),
      };
      response.end(JSON.stringify(sent));
    };

    const response = await client.asFetch(limits)(url, { method: 'POST', body });

    await expect(response.json()).resolves.toEqual({
      type: contentType,
      length: String(expected.length),
      body: expected,
    });
  });

  it('sends files and a `Request`', async () => {
    listener = async (request, response) =>
      response.end(`${String(request.headers['x-a'])} ${await textOf(request)}`);
    const form = new FormData();
    form.set('file', new File(['content'], 'name.txt'));

    const response = await client.asFetch(limits)(
      new Request(url, { method: 'PUT', body: form, headers: { 'x-a': 'b' } }),
    );

    await expect(response.text()).resolves.toMatch(/^b --.*filename="name\.txt".*content/s);
  });

  it('hands chunks on as they come', async () => {
    let stream: ServerResponse | undefined;
    listener = (_request, response) => {
      stream = response;
      response.write('first');
    };

    const response = await client.asFetch(limits)(url);
    const reader = readerOf(response);
    const first = await reader.read();
    stream?.end('second');
    const second = await reader.read();
    const end = await reader.read();

    expect([first, second].map(({ value }) => new TextDecoder().decode(value))).toEqual(['first', 'second']);
    expect(end.done).toBe(true);
  });

  it('reads compressed answers', async () => {
    listener = (_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('compressed'));
    };

    const response = await client.asFetch(limits)(url);

    await expect(response.text()).resolves.toBe('compressed');
  });

  it.each([204, 304])('answers %i without a body', async (status) => {
    listener = (_request, response) => response.writeHead(status).end();

    await expect(client.asFetch(limits)(url)).resolves.toMatchObject({ status, body: null });
  });

  it('does not hold more of a fast answer than was asked for', async () => {
    let written = 0;
    listener = (_request, response) => {
      const piece = Buffer.alloc(100_000);
      const write = (): void => {
        do {
          written += piece.length;
        } while (written < 40_000_000 && response.write(piece));
      };
      response.on('drain', write);
      write();
    };

    const response = await client.asFetch(limits)(url);
    await readerOf(response).read();
    await new Promise((later) => setTimeout(later, 200));

    expect(written).toBeLessThan(20_000_000);
  });

  describe('limits', () => {
    it('ends a wait for headers', async () => {
      listener = () => undefined;

      const answer = client.asFetch({ ...limits, headersTimeoutMs: 50 })(url);

      await expect(answer).rejects.toBeInstanceOf(OutboundTimeout);
      await server.emptied();
    });

    it('ends a silence in the body, and not before', async () => {
      listener = (_request, response) => {
        response.write('0');
        [100, 200, 300].forEach((ms) => setTimeout(() => response.write('1'), ms));
      };

      const response = await client.asFetch({ headersTimeoutMs: 100, idleTimeoutMs: 200 })(url);
      const received: number[] = [];
      const reading = readAll(response, received);

      await expect(reading).rejects.toBeInstanceOf(OutboundTimeout);
      expect(received.length).toBe(4);
      await server.emptied();
    });

    it('ends a body that is too large', async () => {
      listener = (_request, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(20_000_000)));
      };

      const response = await client.asFetch({ ...limits, maxBytes: 1_000_000 })(url);

      await expect(response.arrayBuffer()).rejects.toBeInstanceOf(OutboundTooLarge);
    });
  });

  describe('abort', () => {
    it('before the headers closes the connection', async () => {
      const caller = new AbortController();
      listener = () => {
        caller.abort();
      };

      await expect(client.asFetch(limits)(url, { signal: caller.signal })).rejects.toHaveProperty(
        'name',
        'AbortError',
      );
      await server.emptied();
    });

    it('in the body closes the connection', async () => {
      const caller = new AbortController();
      listener = (_request, response) => void response.write('first');

      const response = await client.asFetch(limits)(url, { signal: caller.signal });
      const reader = readerOf(response);
      await reader.read();
      const next = reader.read();
      caller.abort();

      await expect(next).rejects.toHaveProperty('name', 'AbortError');
      await server.emptied();
    });

    it('by cancelling the body closes the connection', async () => {
      listener = (_request, response) => void response.write('first');

      const response = await client.asFetch(limits)(url);
      await response.body?.cancel();

      await server.emptied();
    });
  });

  it('ignores headers of the connection and refuses those of metadata services', async () => {
    listener = (request, response) => response.end(request.headers.host);
    const fetch = client.asFetch(limits);

    const response = await fetch(url, {
      headers: { host: 'other.example', connection: 'close', 'content-length': '9' },
    });

    await expect(response.text()).resolves.toBe(server.host);
    await expect(fetch(url, { headers: { 'Metadata-Flavor': 'Google' } })).rejects.toBeInstanceOf(
      OutboundRequestInvalid,
    );
  });

  it('carries a streamed answer of the OpenAI SDK, and its abort', async () => {
    listener = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'Hello' } }] })}\n\n`);
    };
    const openai = new OpenAI({ apiKey: 'key', baseURL: url, fetch: client.asFetch(limits), maxRetries: 0 });

    const stream = await openai.chat.completions.create({ model: 'm', messages: [], stream: true });
    const first = await stream[Symbol.asyncIterator]().next();
    stream.controller.abort();

    expect(first.value?.choices[0]?.delta.content).toBe('Hello');
    await server.emptied();
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  return (await buffer(request)).toString();
}

function readerOf(response: Response): ReadableStreamDefaultReader<Uint8Array> {
  expect(response.body).not.toBeNull();
  return (response.body as ReadableStream<Uint8Array>).getReader();
}

async function readAll(response: Response, received: number[]): Promise<void> {
  const reader = readerOf(response);
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    received.push(next.value.length);
  }
}
