import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiDocument, pathWith } from '../support/api-document.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { rawCall } from '../support/raw-call.js';

const NO_ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';

/** Other spellings of the path of a list, which must be closed to nobody's calls or lead nowhere. */
const SPELLINGS = [
  ...['/v1/bots/', '/v1/BOTS', '/V1/bots', '//v1//bots', '/v1//bots', '/v1/./bots', '/v1/auth/../bots'],
  ...['/v1/%62ots', '/v1%2fbots', '/v1/auth%2f..%2fbots', '/v1/bots%00', '/v1/bots;x=1', '/v1/bots#x'],
  ...['/v1/bots.json', '/v1/bots?x=/health/live', '/health/live/../../v1/bots', '/docs/../v1/bots'],
  ...[
    '/v1/auth/login/../../bots',
    '/openapi.json/../v1/bots',
    '/v1/bots%20',
    '/%76%31/bots',
    '/v1/bots/..;/bots',
  ],
];

describe('odd requests', () => {
  let testApp: TestApp;
  let member: TestMember;
  let document: ApiDocument;

  beforeAll(async () => {
    testApp = await createTestApp();
    member = await (await testApp.workspace()).as('owner');
    document = await ApiDocument.of(testApp.baseUrl);
  });

  afterAll(() => testApp.close());

  /** Everything that is said to bytes on a connection of their own. */
  const answerTo = (bytes: string): Promise<string> => {
    const { hostname, port } = new URL(testApp.baseUrl);
    return new Promise((resolve) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
      socket.on('data', (chunk) => (text += chunk.toString('latin1')));
      socket.on('error', () => {
        resolve(text);
      });
      socket.on('close', () => {
        resolve(text);
      });
    });
  };
  const withToken = (): Record<string, string> => ({ authorization: `Bearer ${member.token ?? ''}` });

  it('without a token are refused by every route that is not public', async () => {
    const closed = document.operations.filter(({ isPublic }) => !isPublic);

    const answers = await Promise.all(
      closed.map(async ({ method, path }) => {
        const target = pathWith(path, {}).replaceAll(/\w+Id\b/g, NO_ID);
        return { method, path, status: (await rawCall(testApp.baseUrl, { method, path: target })).status };
      }),
    );

    expect(answers.filter(({ status }) => status !== 401)).toEqual([]);
  });

  it('are public only where the table says so', () => {
    const open = document.operations.filter(({ isPublic }) => isPublic).map(({ id }) => id);

    expect(open.sort()).toEqual([
      'auth.login',
      'auth.refresh',
      'auth.register',
      'exports.downloadByLink',
      'formPages.show',
      'formPages.submit',
      'health.live',
      'health.ready',
      'hooks.receive',
      'metrics.show',
      'unsubscribe.end',
      'unsubscribe.show',
    ]);
  });

  it.each(SPELLINGS)('to %s without a token reach nothing', async (path) => {
    for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS', 'PUT', 'PROPFIND']) {
      const { status, headers } = await rawCall(testApp.baseUrl, { method, path });

      expect([400, 401, 404]).toContain(status);
      expect(headers['x-request-id']).toBeDefined();
    }
  });

  it.each(['TRACE', 'PROPFIND', 'PUT', 'DELETE', 'PATCH', 'QUERY', 'PURGE', 'M-SEARCH'])(
    'with the method %s on a list lead nowhere',
    async (method) => {
      const answer = await rawCall(testApp.baseUrl, { method, path: '/v1/bots', headers: withToken() });

      expect([answer.status, answer.headers['content-type']]).toEqual([
        404,
        expect.stringContaining('application/problem+json'),
      ]);
    },
  );

  it('with HEAD are answered like GET, without a body', async () => {
    const answer = await rawCall(testApp.baseUrl, { method: 'HEAD', path: '/v1/bots', headers: withToken() });

    expect([answer.status, answer.text]).toEqual([200, '']);
  });

  it('from other sites get no leave to read the answer', async () => {
    const headers = {
      ...withToken(),
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
    };

    const asked = await rawCall(testApp.baseUrl, { method: 'OPTIONS', path: '/v1/bots', headers });
    const got = await rawCall(testApp.baseUrl, { path: '/v1/bots', headers });

    expect([asked, got].map((one) => one.headers['access-control-allow-origin'])).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
    'cannot change their method by %s',
    async (header) => {
      const answer = await rawCall(testApp.baseUrl, {
        method: 'POST',
        path: '/v1/bots',
        headers: { ...withToken(), [header]: 'GET', 'content-type': 'application/json' },
        body: '{}',
      });

      expect(answer.status).toBe(422);
    },
  );

  it.each(['x-original-url', 'x-rewrite-url', 'x-forwarded-prefix', 'x-forwarded-path'])(
    'cannot change their path by %s',
    async (header) => {
      const answer = await rawCall(testApp.baseUrl, {
        path: '/v1/bots',
        headers: { [header]: '/health/live' },
      });

      expect(answer.status).toBe(401);
    },
  );

  it.each([
    ['a long path', `/v1/bots/${'a'.repeat(10_000)}`],
    ['many segments', `/v1${'/a'.repeat(3_000)}`],
    ['a long query', `/v1/bots?cursor=${'a'.repeat(10_000)}`],
    ['many parameters', `/v1/bots?${'a=1&'.repeat(2_500)}`],
  ])('with %s are refused', async (_, path) => {
    const { status } = await rawCall(testApp.baseUrl, { path, headers: withToken() });

    expect([404, 414, 422, 431]).toContain(status);
  });

  it.each([
    ['a line break in the request line', 'GET /v1/bots\nX: y HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['two lengths', 'POST /v1/bots HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}'],
    [
      'a length and chunks',
      'POST /v1/bots HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no host', 'GET /v1/bots HTTP/1.1\r\n\r\n'],
    ['a negative length', 'POST /v1/bots HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    ['garbage', '\u0016\u0003\u0001\u0002\u0000\u0001'],
    ['huge headers', `GET /v1/bots HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`],
  ])('with %s are refused before any route', async (_, bytes) => {
    expect(await answerTo(bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it.each([
    [
      'our own',
      ...['/v1/bots/\u00e2\u0080\u00aa', 'application/problem+json'],
      { status: 400, code: 'malformed_request' },
    ],
    [
      "OpenAI's",
      ...['/openai/v1/models/\u00e2\u0080\u00aa', 'application/json'],
      { error: { type: 'invalid_request_error', code: 'malformed_request', param: null } },
    ],
  ] as const)(
    'in paths of %s protocol that are no text are refused in its words',
    async (_, path, type, told) => {
      const [head = '', body = ''] = (await answerTo(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)).split(
        '\r\n\r\n',
      );

      expect(head).toMatch(/^HTTP\/1\.1 400 /);
      expect(head).toContain(`\r\nContent-Type: ${type}; charset=utf-8\r\n`);
      expect(JSON.parse(body)).toMatchObject(told);
    },
  );

  it('keep a request id that is fit to be logged, and no other', async () => {
    const idFor = async (id: string): Promise<unknown> =>
      (await rawCall(testApp.baseUrl, { path: '/health/live', headers: { 'x-request-id': id } })).headers[
        'x-request-id'
      ];

    expect(await idFor('trace-12345678')).toBe('trace-12345678');
    for (const id of [
      'a b c d e f g',
      '${jndi:ldap://x}',
      '<script>alert(1)</script>',
      'x'.repeat(101),
      'short',
    ]) {
      expect(await idFor(id)).not.toBe(id);
    }
  });
});
