import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectionDrain } from '#common/http';
import { eventually } from '../../support/eventually.js';

const LONG_MS = 10_000;

describe('ConnectionDrain', () => {
  let server: Server;
  let drain: ConnectionDrain;
  let agent: Agent;
  let port: number;
  let held: ServerResponse[];

  beforeEach(async () => {
    held = [];
    server = createServer((request, response) => {
      if (request.url === '/held') held.push(response);
      else response.end('at once');
    });
    drain = new ConnectionDrain(server);
    agent = new Agent({ keepAlive: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    agent.destroy();
    server.closeAllConnections();
    if (server.listening) await new Promise((closed) => server.close(closed));
  });

  const ask = async (path: string): Promise<IncomingMessage> => {
    const [response] = (await once(get({ host: '127.0.0.1', port, path, agent }), 'response')) as [
      IncomingMessage,
    ];
    return response;
  };
  const askHeld = async (): Promise<{ answer: Promise<IncomingMessage>; response: ServerResponse }> => {
    const answer = ask('/held');
    await eventually(
      () => held.length,
      (count) => count === 1,
    );
    return { answer, response: held[0] as ServerResponse };
  };
  const dial = async (bytes = ''): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(bytes);
    return socket;
  };

  it('says that an answer is the last on its connection only once it is to end', async () => {
    const before = await ask('/');
    await text(before);
    const { answer, response } = await askHeld();

    drain.announce();
    response.end('in the end');
    const underWay = await answer;
    await text(underWay);
    const later = await ask('/');

    expect(before.headers.connection).toBe('keep-alive');
    expect(underWay.headers.connection).toBe('close');
    expect(later.headers.connection).toBe('close');
    expect(later.statusCode).toBe(200);
  });

  it('waits for what is being answered and takes nothing new', async () => {
    const { answer, response } = await askHeld();
    drain.announce();
    const settled = drain.settle(LONG_MS);
    await sleep(50);
    const newcomer = once(connect(port, '127.0.0.1'), 'connect');
    await expect(newcomer).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    response.end('in the end');

    expect(await settled).toBe(true);
    expect(await text(await answer)).toBe('in the end');
    await drain.close();
  });

  it('closes the connection of a stream that had said it would be kept', async () => {
    const { answer, response } = await askHeld();
    response.write('begun ');
    const stream = await answer;
    const closed = once(stream.socket, 'close');
    drain.announce();
    const settled = drain.settle(LONG_MS);

    response.end('ended');

    expect(stream.headers.connection).toBe('keep-alive');
    expect(await text(stream)).toBe('begun ended');
    expect(await settled).toBe(true);
    await drain.close();
    await closed;
  });

  it('answers with 503 what takes too long', async () => {
    const { answer } = await askHeld();
    drain.announce();

    expect(await drain.settle(50)).toBe(false);
    drain.refuseRest();

    const refused = await answer;
    expect(refused.statusCode).toBe(503);
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '1',
      connection: 'close',
    });
    expect(JSON.parse(await text(refused))).toMatchObject({ status: 503, code: 'stopping' });
    expect(await drain.settle(LONG_MS)).toBe(true);
  });

  it('is held up by nobody who has asked nothing, or half', async () => {
    const silent = await dial();
    const half = await dial('GET / HT');
    await text(await ask('/'));
    const before = performance.now();
    drain.announce();

    expect(await drain.settle(LONG_MS)).toBe(true);
    await drain.close();

    expect(performance.now() - before).toBeLessThan(2_000);
    await eventually(
      () => [silent.destroyed, half.destroyed],
      (closed) => closed.every(Boolean),
    );
  });

  it('lets a slow reader have what it was sent', async () => {
    const { answer, response } = await askHeld();
    const body = 'x'.repeat(300_000);
    response.end(body);
    const reading = await answer;
    drain.announce();

    const [settled, received] = await Promise.all([drain.settle(LONG_MS), text(reading)]);
    await drain.close();

    expect(settled).toBe(true);
    expect(received).toHaveLength(body.length);
  });
});
