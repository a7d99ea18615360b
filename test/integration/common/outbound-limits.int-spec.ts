import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  OutboundClient,
  OutboundContentTypeRefused,
  OutboundProtocolError,
  OutboundRequestInvalid,
  OutboundTimeout,
  OutboundTooLarge,
  OutboundUnreachable,
  type OutboundRequest,
} from '../../../src/common/http/outbound/index.js';
import { StubResolver } from '../../support/outbound/loopback-internet.js';
import { LoopbackServer } from '../../support/outbound/loopback-server.js';

const headOfEndlessAnswer =
  'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\n\r\n';

describe('OutboundClient, limits', () => {
  const open: { close(): Promise<void> }[] = [];

  afterEach(async () => {
    await Promise.all(open.splice(0).map((thing) => thing.close()));
  });

  function watched<T extends { close(): Promise<void> }>(thing: T): T {
    open.push(thing);
    return thing;
  }

  function fetchFrom(server: LoopbackServer, request: Partial<OutboundRequest> = {}) {
    const client = watched(new OutboundClient({ allow: [server.host] }));
    return client.fetch({ url: `http://${server.host}/`, ...request });
  }

  it('answers with status, headers, type and body', async () => {
    const server = watched(
      await LoopbackServer.http((_request, response) => {
        response.writeHead(404, { 'Content-Type': 'text/html; charset=x', 'X-Two': ['a', 'b'] }).end('gone');
      }),
    );

    await expect(fetchFrom(server)).resolves.toEqual({
      url: `http://${server.host}/`,
      status: 404,
      headers: expect.objectContaining({ 'content-type': 'text/html; charset=x', 'x-two': 'a, b' }),
      contentType: 'text/html; charset=x',
      body: Buffer.from('gone'),
      redirects: 0,
    });
  });

  it('answers a HEAD request and a 304 without a body', async () => {
    const server = watched(
      await LoopbackServer.http((request, response) => {
        response.writeHead(request.method === 'HEAD' ? 200 : 304, { 'content-encoding': 'gzip' }).end();
      }),
    );

    await expect(fetchFrom(server, { method: 'head' })).resolves.toMatchObject({
      status: 200,
      body: Buffer.alloc(0),
    });
    await expect(fetchFrom(server)).resolves.toMatchObject({
      status: 304,
      body: Buffer.alloc(0),
      contentType: null,
    });
  });

  describe('time', () => {
    it('gives up on headers that come too slowly', async () => {
      const server = watched(
        await LoopbackServer.tcp((socket) => {
          socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
          const drip = setInterval(() => socket.write('a'), 10);
          socket.once('close', () => clearInterval(drip));
        }),
      );

      await expect(fetchFrom(server, { timeoutMs: 150 })).rejects.toBeInstanceOf(OutboundTimeout);
      await server.emptied();
    });

    it('gives up on a body that never ends', async () => {
      const server = watched(
        await LoopbackServer.tcp((socket) => {
          socket.write(headOfEndlessAnswer);
          const drip = setInterval(() => socket.write('1\r\na\r\n'), 10);
          socket.once('close', () => clearInterval(drip));
        }),
      );

      await expect(fetchFrom(server, { timeoutMs: 150 })).rejects.toBeInstanceOf(OutboundTimeout);
      await server.emptied();
    });

    it('gives up on a server that only ever says to continue', async () => {
      const server = watched(
        await LoopbackServer.tcp((socket) => {
          const drip = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 10);
          socket.once('close', () => clearInterval(drip));
        }),
      );

      await expect(fetchFrom(server, { timeoutMs: 150 })).rejects.toBeInstanceOf(OutboundTimeout);
      await server.emptied();
    });

    it('gives up on a name that is never resolved', async () => {
      const resolver = new StubResolver();
      resolver.resolve = () => new Promise(() => undefined);
      const client = watched(new OutboundClient({ allow: [], resolver }));

      const answer = client.fetch({ url: 'http://public.test.example/', timeoutMs: 50 });

      await expect(answer).rejects.toBeInstanceOf(OutboundTimeout);
    });

    it('counts redirects into the same time', async () => {
      const server = watched(
        await LoopbackServer.http((_request, response) => {
          setTimeout(() => response.writeHead(302, { location: '/' }).end(), 60);
        }),
      );

      await expect(fetchFrom(server, { timeoutMs: 150 })).rejects.toBeInstanceOf(OutboundTimeout);
    });
  });

  describe('size', () => {
    it('refuses an announced length unread', async () => {
      const server = watched(
        await LoopbackServer.http((_request, response) => {
          response.writeHead(200, { 'content-length': 10_000_001 }).flushHeaders();
        }),
      );

      await expect(fetchFrom(server)).rejects.toBeInstanceOf(OutboundTooLarge);
      await server.emptied();
    });

    it('stops a line of 50 MB at 10 MB', async () => {
      let sent = 0;
      const server = watched(
        await LoopbackServer.http(async (_request, response) => {
          const piece = Buffer.alloc(1_000_000, 'a');
          for (; sent < 50_000_000 && !response.destroyed; sent += piece.length) {
            if (!response.write(piece)) {
              await Promise.race([once(response, 'drain'), once(response, 'close')]);
            }
          }
          response.end();
        }),
      );

      await expect(fetchFrom(server)).rejects.toBeInstanceOf(OutboundTooLarge);
      await server.emptied();
      expect(sent).toBeLessThan(25_000_000);
    });

    it('counts what comes out of the compression', async () => {
      const bomb = gzipSync(Buffer.alloc(50_000_000));
      const server = watched(
        await LoopbackServer.http((_request, response) => {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
        }),
      );

      await expect(fetchFrom(server)).rejects.toBeInstanceOf(OutboundTooLarge);
    });

    it('refuses endless headers', async () => {
      const server = watched(
        await LoopbackServer.tcp((socket) => {
          socket.write('HTTP/1.1 200 OK\r\n');
          const line = `x-header: ${'a'.repeat(1_000)}\r\n`;
          const flood = setInterval(() => socket.write(line.repeat(10)), 1);
          socket.once('close', () => clearInterval(flood));
        }),
      );

      await expect(fetchFrom(server)).rejects.toBeInstanceOf(OutboundProtocolError);
      await server.emptied();
    });
  });

  describe('content type', () => {
    it('refuses a type that the caller does not take, before the body comes', async () => {
      const server = watched(
        await LoopbackServer.http((_request, response) => {
          response.writeHead(200, { 'content-type': 'Video/MP4; x=y' }).flushHeaders();
        }),
      );

      const answer = fetchFrom(server, { contentTypes: ['text/*'] });

      await expect(answer).rejects.toBeInstanceOf(OutboundContentTypeRefused);
      await expect(answer).rejects.toHaveProperty('contentType', 'video/mp4');
      await server.emptied();
    });

    it('does not mind the type of a failed answer, or of none', async () => {
      const server = watched(
        await LoopbackServer.http((request, response) => {
          response.writeHead(request.url === '/none' ? 200 : 404, {}).end('text');
        }),
      );

      const none = await fetchFrom(server, {
        url: `http://${server.host}/none`,
        contentTypes: ['text/html'],
      });
      const failed = await fetchFrom(server, { contentTypes: ['text/html'] });

      expect([none.status, failed.status]).toEqual([200, 404]);
    });
  });

  describe('broken servers', () => {
    it('reports a port where nobody listens', async () => {
      const server = await LoopbackServer.http(() => undefined);
      const { host } = server;
      await server.close();
      const client = watched(new OutboundClient({ allow: [host] }));

      await expect(client.fetch({ url: `http://${host}/` })).rejects.toBeInstanceOf(OutboundUnreachable);
    });

    it('reports a connection that breaks off before the answer', async () => {
      const server = watched(
        await LoopbackServer.tcp((socket) => socket.once('data', () => socket.destroy())),
      );

      await expect(fetchFrom(server)).rejects.toBeInstanceOf(OutboundUnreachable);
    });

    it('reports a body that breaks off', async () => {
      const server = watched(
        await LoopbackServer.tcp((socket) =>
          socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort'),
        ),
      );

      await expect(fetchFrom(server)).rejects.toBeInstanceOf(OutboundUnreachable);
    });

    it.each(['SSH-2.0-OpenSSH_9.2\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n'])(
      'reports an answer that is not HTTP: %j',
      async (greeting) => {
        const server = watched(await LoopbackServer.tcp((socket) => socket.end(greeting)));

        await expect(fetchFrom(server)).rejects.toBeInstanceOf(OutboundProtocolError);
      },
    );

    it('reports compressed bytes that cannot be read', async () => {
      const server = watched(
        await LoopbackServer.http((_request, response) => {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end('not compressed');
        }),
      );

      await expect(fetchFrom(server)).rejects.toBeInstanceOf(OutboundProtocolError);
    });
  });

  describe('the caller', () => {
    it('may abort, which closes the connection', async () => {
      const caller = new AbortController();
      const server = watched(
        await LoopbackServer.http(() => {
          caller.abort(new Error('enough'));
        }),
      );

      await expect(fetchFrom(server, { signal: caller.signal })).rejects.toThrow('enough');
      await server.emptied();
    });

    it('may abort while the body comes', async () => {
      const caller = new AbortController();
      const server = watched(
        await LoopbackServer.tcp((socket) => {
          socket.write(`${headOfEndlessAnswer}1\r\na\r\n`, () => setTimeout(() => caller.abort(), 20));
        }),
      );

      await expect(fetchFrom(server, { signal: caller.signal })).rejects.toHaveProperty('name', 'AbortError');
      await server.emptied();
    });

    it('that aborted before opens no connection', async () => {
      const server = watched(await LoopbackServer.http(() => undefined));

      await expect(fetchFrom(server, { signal: AbortSignal.abort() })).rejects.toHaveProperty(
        'name',
        'AbortError',
      );
      expect(server.accepted).toBe(0);
    });

    it.each([
      ['metadata-flavor', 'Google'],
      ['host', 'other'],
      ['x-line', 'a\r\nb: c'],
      ['bad name', 'x'],
    ])('may not send the header %j: %j', async (name, value) => {
      const server = watched(await LoopbackServer.http((_request, response) => response.end()));

      const answer = fetchFrom(server, { headers: { [name]: value } });

      await expect(answer).rejects.toBeInstanceOf(OutboundRequestInvalid);
    });
  });
});
