import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { limitConnections } from '#common/http';
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

  it('keeps a connection for longer than common balancers do', () => {
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
  });
});
