import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  brotliCompressSync,
  brotliDecompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { rawCall } from '../support/raw-call.js';

const LIMIT = 1_048_576;
const NO_ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';
const HEADERS = 'POST /v1/bots HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

/** What came back on a socket until it said so much, or was closed. */
interface Line {
  readonly socket: Socket;
  said: string;
}

describe('bodies that are too large', () => {
  let testApp: TestApp;
  let editor: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp();
    editor = await (await testApp.workspace()).as('editor');
  });

  afterAll(() => testApp.close());

  async function open(head: string): Promise<Line> {
    const { hostname, port } = new URL(testApp.baseUrl);
    const line: Line = { socket: connect(Number(port), hostname), said: '' };
    line.socket.on('data', (chunk) => (line.said += chunk.toString('latin1')));
    line.socket.on('error', () => undefined);
    await once(line.socket, 'connect');
    line.socket.write(head);
    return line;
  }

  /** Waits for an answer. @returns after how many milliseconds it came. */
  async function answered(line: Line, timeoutMs = 3_000): Promise<number> {
    const begunAt = performance.now();
    while (!/\r\n\r\n./s.test(line.said) && performance.now() - begunAt < timeoutMs) await sleep(5);
    return performance.now() - begunAt;
  }

  const send = (body: Uint8Array, headers: Record<string, string> = {}, method = 'POST', path = '/v1/bots') =>
    rawCall(testApp.baseUrl, {
      method,
      path,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${editor.token ?? ''}`,
        ...headers,
      },
      body,
    });

  it('are refused by their length alone, before they come', async () => {
    const line = await open(`${HEADERS}Content-Length: 11000000\r\n\r\n{"name":"`);

    const tookMs = await answered(line);

    expect(tookMs).toBeLessThan(1_000);
    expect(line.said).toMatch(/^HTTP\/1\.1 413 .*application\/problem\+json.*"body_too_large"/s);
    line.socket.destroy();
  });

  it('without a length are refused as soon as they are too large, and the rest is not kept', async () => {
    const line = await open(`${HEADERS}Transfer-Encoding: chunked\r\n\r\n`);
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    const before = process.memoryUsage().rss;

    let sent = 0;
    while (!line.said.includes('body_too_large') && sent < 50_000_000) {
      if (!line.socket.write(chunk)) await once(line.socket, 'drain');
      sent += chunk.length;
      await sleep(0);
    }

    expect(line.said).toMatch(/^HTTP\/1\.1 413 /);
    expect(sent).toBeLessThan(10 * LIMIT);
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
    line.socket.destroy();
  });

  it('that never end lose their connection after a while', async () => {
    const line = await open(`${HEADERS}Transfer-Encoding: chunked\r\n\r\n`);
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    const begunAt = performance.now();
    // A reset is a way to lose it, too.
    const closed = new Promise((resolve) => line.socket.on('error', () => undefined).once('close', resolve));

    while (!line.socket.destroyed && performance.now() - begunAt < 20_000) {
      line.socket.write(chunk);
      await sleep(20);
    }
    await closed;

    expect(line.said).toMatch(/^HTTP\/1\.1 413 /);
    expect(performance.now() - begunAt).toBeLessThan(15_000);
  });

  it.each([
    ['gzip', gzipSync, gunzipSync],
    ['deflate', deflateSync, inflateSync],
    ['br', brotliCompressSync, brotliDecompressSync],
  ])(
    'once they are unpacked (%s) are refused, at once and without unpacking the rest',
    async (encoding, pack, unpack) => {
      const bomb = pack(Buffer.alloc(200_000_000, ' '));
      const before = process.memoryUsage().rss;
      const begun = process.cpuUsage();

      const answer = await send(bomb, { 'content-encoding': encoding });
      const spent = cpuSince(begun);

      expect(bomb.length).toBeLessThan(LIMIT);
      expect([answer.status, JSON.parse(answer.text)]).toEqual([
        413,
        expect.objectContaining({ code: 'body_too_large' }),
      ]);
      expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
      const floor = process.cpuUsage();
      unpack(bomb);
      expect(spent).toBeLessThan(cpuSince(floor));
    },
  );

  it('once they are unpacked are refused although the packed rest has not come', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000, ' '));
    const line = await open(
      `${HEADERS}Content-Encoding: gzip\r\nContent-Length: ${String(bomb.length)}\r\n\r\n`,
    );
    line.socket.write(bomb.subarray(0, 20_000));

    expect(await answered(line)).toBeLessThan(1_000);
    expect(line.said).toMatch(/^HTTP\/1\.1 413 /);
    line.socket.destroy();
  });

  it('packed into nothing, again and again, are refused as well', async () => {
    const empty = gzipSync('');
    const answer = await send(Buffer.concat(Array.from({ length: 60_000 }, () => empty)), {
      'content-encoding': 'gzip',
      'transfer-encoding': 'chunked',
    });

    expect(answer.status).toBe(413);
  });

  it('packed twice, or as something else than they say, are refused', async () => {
    const twice = gzipSync(gzipSync('{"name":"Twice"}'));
    const answers = await Promise.all([
      send(twice, { 'content-encoding': 'gzip, gzip' }),
      send(twice, { 'content-encoding': 'gzip' }),
      send(deflateSync('{"name":"x"}'), { 'content-encoding': 'gzip' }),
      send(gzipSync('{"name":"x"}').subarray(0, 15), { 'content-encoding': 'gzip' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([415, 400, 400, 400]);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (bytes: Uint8Array) => bytes],
  ])('but for their packing (%s) are taken', async (encoding, pack) => {
    const answer = await send(pack(Buffer.from('{"name":"Packed \u{1f600}"}')), {
      'content-encoding': encoding,
    });

    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      201,
      expect.objectContaining({ name: 'Packed \u{1f600}' }),
    ]);
  });

  it.each([
    ['UTF-8 with a mark in front', Buffer.from('\ufeff{"name":"x"}'), 201],
    ['bytes that are no UTF-8', Buffer.from('{"name":"\xe9"}', 'latin1'), 400],
    ['half a character at the end', Buffer.from('{"name":"\u{1f600}"}').subarray(0, 12), 400],
    ['UTF-16', Buffer.from('{"name":"x"}', 'utf16le'), 400],
  ])('and others are read as UTF-8 alone: %s', async (_, body, status) => {
    expect((await send(body)).status).toBe(status);
  });

  it('sent where a body has no meaning are not read', async () => {
    const length = { 'content-length': '11000000' };

    const answers = [
      await send(Buffer.alloc(11_000_000, ' '), length, 'GET'),
      await send(Buffer.from('{'.repeat(11_000_000)), length, 'DELETE', `/v1/bots/${NO_ID}`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 404]);
  });

  it('that break off leave no trace', async () => {
    const line = await open(`${HEADERS}Content-Length: 1000\r\n\r\n{"name":`);
    line.socket.destroy();

    expect((await testApp.anonymous.get('/health/ready')).status).toBe(200);
  });

  it.each([
    ['garbage', '\u0016\u0003\u0001\u0002\u0000\u0001', 400, 'malformed_request'],
    ['a negative length', `${HEADERS}Content-Length: -1\r\n\r\n`, 400, 'malformed_request'],
    ['a line break in the path', 'GET /v1\n/bots HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'malformed_request'],
    [
      'huge headers',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
      431,
      'headers_too_large',
    ],
  ])('and requests with %s are answered with a whole problem', async (_, bytes, status, code) => {
    const line = await open(bytes);
    await once(line.socket, 'close');
    const [head = '', body = ''] = line.said.split('\r\n\r\n');

    expect(head).toMatch(/^HTTP\/1\.1 4\d\d .*application\/problem\+json/s);
    const requestId = /x-request-id: (\S+)/i.exec(head)?.[1];
    expect(JSON.parse(body)).toEqual({
      ...{ type: 'about:blank', title: expect.any(String), detail: expect.any(String) },
      ...{ status, code, requestId },
    });
  });

  it('and a HEAD that cannot be read is answered with headers alone', async () => {
    const line = await open('HEAD /v1\n/bots HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(line.socket, 'close');

    expect(line.said).toMatch(/^HTTP\/1\.1 400 .*\r\n\r\n$/s);
  });

  it('leave the server as well as it was', async () => {
    expect((await editor.post('/v1/bots', { name: 'Still here' })).status).toBe(201);
  });
});

/** In microseconds, of all threads: however busy the machine is. */
function cpuSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return user + system;
}
