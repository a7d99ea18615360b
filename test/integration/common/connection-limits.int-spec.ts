import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerUnreadable, limitConnections } from '#common/http';
import { eventually } from '../../support/eventually.js';
import { RawConnection } from '../../support/raw-connection.js';

describe('limitConnections', () => {
  let server: Server;
  let url: string;

  beforeEach(async () => {
    server = createServer((_request, response) => response.end('here'));
    limitConnections(server, 3);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  it('closes at once what is more than a server may have open, and no other', async () => {
    const connections = await Promise.all([1, 2, 3, 4, 5].map(() => RawConnection.open(url, '')));
    connections.forEach((connection) => {
      connection.read();
    });

    const open = await eventually(
      () => connections.filter(({ closedAt }) => closedAt === null),
      ({ length }) => length === 3,
    );
    open.forEach((connection) => {
      connection.close();
    });

    await eventually(
      async () => (await fetch(url).catch(() => null))?.status,
      (status) => status === 200,
    );
  });

  describe('of bodies', () => {
    const PACE = { graceMs: 400, bytesPerSecond: 50, idleMs: 2_000, everyMs: 50 };
    const HEAD = 'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 3000\r\n\r\n';
    let received: number;

    beforeEach(async () => {
      await new Promise((closed) => server.close(closed));
      received = 0;
      server = createServer((request, response) => {
        request.on('data', ({ length }: Buffer) => (received += length));
        request.on('end', () => response.end('taken'));
      });
      server.on('clientError', answerUnreadable);
      limitConnections(server, 3, PACE);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    it('takes one that keeps its pace, however long it takes', async () => {
      const connection = await RawConnection.open(url, HEAD);
      connection.read();

      for (let sent = 0; sent < 3_000; sent += 150) {
        await sleep(100);
        connection.write('x'.repeat(150));
      }

      await eventually(
        () => connection.received,
        (text) => text.includes('taken'),
      );
      expect(received).toBe(3_000);
    });

    it('does not blame one for a time in which the process itself stood still', async () => {
      const connection = await RawConnection.open(url, HEAD);
      connection.read();
      await sleep(60);
      for (const until = performance.now() + PACE.graceMs + 200; performance.now() < until;);
      await sleep(0);
      connection.write('x'.repeat(3_000));

      await eventually(
        () => connection.received,
        (text) => text.includes('taken'),
      );
    });

    it.each([
      ['never begins', 0, 0],
      ['stops after most of it', 2_900, 0],
      ['comes a byte at a time', 0, 1],
    ])('ends one that %s, and says so', async (_, atOnce, bytes) => {
      const connection = await RawConnection.open(url, HEAD + 'x'.repeat(atOnce));
      connection.read();
      const dripping = setInterval(() => {
        connection.write('x'.repeat(bytes));
      }, 100);

      await eventually(
        () => connection.closedAt,
        (at) => at !== null,
      );
      clearInterval(dripping);

      expect(connection.received).toMatch(/^HTTP\/1\.1 408 /);
      expect(connection.received).toContain('application/problem+json');
      expect((await fetch(url)).status).toBe(200);
    });
  });

  it('keeps a connection for longer than common balancers do', () => {
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
  });
});
