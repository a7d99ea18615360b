import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiDocument, type Operation, pathWith } from '../support/api-document.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import {
  bodyWith,
  FOREIGN_URLS,
  hostileFields,
  hostileValues,
  validBody,
} from '../support/hostile-values.js';
import { createBot } from '../support/journey.js';
import { rawCall } from '../support/raw-call.js';

/** A call that must be refused. */
interface BadCall {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly statuses: readonly number[];
  /** A field that the problem must name. */
  readonly field?: string;
}

const NO_ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';
const JSON_BODY = { 'content-type': 'application/json' };
const MALFORMED = [
  '{',
  '{"a":}',
  '{a:1}',
  "{'a':1}",
  '{"a":1,}',
  '{"a":1}{',
  '\u0000',
  'NaN',
  '"text"',
  '5',
  'null',
];
const STRANGE_IDS = [
  'x',
  '0',
  '-1',
  'null',
  NO_ID.slice(1),
  `${NO_ID}0`,
  '%00',
  '%2e%2e%2f',
  "'--",
  '%F0%9F%92%A9',
];
const WRONG_LIMITS = [
  '0',
  '-1',
  '201',
  'abc',
  '1.5',
  '1e2',
  '',
  ' 5',
  '0x10',
  '99999999999999999999',
  'null',
];
const WRONG_CURSORS = ['x', '!!', '%00', 'a'.repeat(101), Buffer.from('not an id').toString('base64url')];
const QUERY_TRICKS = [
  'limit=1&limit=2',
  'limit[]=5',
  'limit[a]=5',
  'noSuchFilter=1',
  '__proto__=x',
  'constructor=x',
];

/** In a query everything is text: only texts that no text field takes stay wrong there. */
const isWrongText = (value: unknown): value is string =>
  typeof value === 'string' && value.isWellFormed() && !/^(true|\d+)$/.test(value);

describe('bad input', () => {
  let testApp: TestApp;
  let admin: TestMember;
  let document: ApiDocument;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp();
    admin = await (await testApp.workspace()).as('admin');
    document = await ApiDocument.of(testApp.baseUrl);
    botId = (await createBot(admin)).id;
  });

  afterAll(() => testApp.close());

  /** A path that leads to the handler: its bot exists, whatever else it names does not. */
  const pathOf = ({ path, pathParameters }: Operation): string =>
    pathWith(
      path,
      Object.fromEntries(pathParameters.map((name) => [name, name === 'botId' ? botId : NO_ID])),
    );
  const withBody = (): (Operation & { body: NonNullable<Operation['body']> })[] =>
    document.ownOperations.flatMap((operation) =>
      operation.body ? [{ ...operation, body: operation.body }] : [],
    );

  /** What is wrong with the answer to a bad call; empty when nothing is. */
  async function misbehaviour({ method, path, headers, body, statuses, field }: BadCall): Promise<string[]> {
    const answer = await rawCall(testApp.baseUrl, {
      method,
      path,
      headers: {
        authorization: `Bearer ${admin.token ?? ''}`,
        ...(body === undefined ? {} : JSON_BODY),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const call = `${method} ${path.slice(0, 120)} ${body?.slice(0, 120) ?? ''}`;
    const faults: string[] = [];
    if (!statuses.includes(answer.status))
      faults.push(`status ${answer.status}: ${answer.text.slice(0, 200)}`);
    const mediaType = String(answer.headers['content-type']);
    // Forms are for people: they are told by a page.
    if (path.startsWith('/f/'))
      return mediaType.startsWith('text/html')
        ? faults.map((fault) => `${call} -> ${fault}`)
        : [`${call} -> no page`];
    if (!mediaType.startsWith('application/problem+json')) faults.push('no problem');
    else faults.push(...faultsOf(answer.text, answer.headers['x-request-id'], field));
    return faults.map((fault) => `${call} -> ${fault}`);
  }

  function faultsOf(text: string, requestId: unknown, field?: string): string[] {
    const problem = JSON.parse(text) as Record<string, unknown> & { errors?: { path: string }[] };
    const members = ['type', 'title', 'status', 'detail', 'code', 'requestId'].filter(
      (name) => !problem[name],
    );
    const top = field?.split('.')[0];
    return [
      ...members.map((name) => `without ${name}`),
      ...(problem['requestId'] === requestId ? [] : ['another request id in the header']),
      ...(!top || problem.errors?.some(({ path }) => path.split('.')[0] === top)
        ? []
        : [`does not name ${top}: ${text}`]),
    ];
  }

  /** Sends the calls, a few at a time. */
  async function faultsAmong(calls: readonly BadCall[]): Promise<string[]> {
    const faults: string[] = [];
    const queue = [...calls];
    const sender = async (): Promise<void> => {
      for (let call = queue.shift(); call; call = queue.shift()) faults.push(...(await misbehaviour(call)));
    };
    await Promise.all(Array.from({ length: 8 }, sender));
    return faults;
  }

  it('is refused by routes whose document is whole', () => {
    expect(document.brokenReferences).toEqual([]);
    expect(document.operations.length).toBeGreaterThan(35);
  });

  it('of any wrong type, length, size or form in any field is refused with the name of the field', async () => {
    const calls = withBody().flatMap((operation) =>
      hostileFields(operation.body).map((field): BadCall => ({
        method: operation.method,
        path: pathOf(operation),
        body: JSON.stringify(bodyWith(operation.body, field)),
        statuses: [422],
        field: field.path,
      })),
    );

    expect(calls.length).toBeGreaterThan(300);
    expect(await faultsAmong(calls)).toEqual([]);
  });

  it('in fields that nobody knows is refused, prototypes included', async () => {
    const unknown = [
      'id',
      'workspaceId',
      'createdAt',
      'isAdmin',
      'constructor',
      'toString',
      'hasOwnProperty',
    ];
    const calls = withBody().flatMap(({ body, ...operation }) =>
      [...unknown.map((name) => ({ ...validBody(body), [name]: { polluted: true } }))].map(
        (wrong): BadCall => ({
          method: operation.method,
          path: pathOf(operation),
          body: JSON.stringify(wrong),
          statuses: [422],
        }),
      ),
    );

    expect(await faultsAmong(calls)).toEqual([]);
  });

  it('cannot reach a prototype through __proto__', async () => {
    const calls = withBody().map((operation) => ({
      method: operation.method,
      path: pathOf(operation),
      headers: { authorization: `Bearer ${admin.token ?? ''}`, ...JSON_BODY },
      body: JSON.stringify(validBody(operation.body)).replace(
        /^\{(?="|\})/,
        '{"__proto__":{"polluted":true},',
      ),
    }));
    const answers = await Promise.all(
      calls.map((call) => rawCall(testApp.baseUrl, { ...call, body: call.body.replace(',}', '}') })),
    );

    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('that is no JSON object is refused', async () => {
    const deep = '['.repeat(100_000);
    const bodies = [...MALFORMED, deep, `{"a":${deep}`, '{"a":'.repeat(100_000), '[]', '[{}]', '[[]]'];
    const calls = withBody().flatMap((operation) =>
      bodies.map((body): BadCall => ({
        method: operation.method,
        path: pathOf(operation),
        body,
        statuses: [400, 422],
      })),
    );

    expect(await faultsAmong(calls)).toEqual([]);
  });

  it('that is deeply nested is refused without a stack overflow', async () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const calls = withBody().flatMap(({ body, ...operation }) =>
      Object.keys(body.properties ?? {}).map((name): BadCall => ({
        method: operation.method,
        path: pathOf(operation),
        body: JSON.stringify({ ...validBody(body), [name]: null }).replace(
          `"${name}":null`,
          `"${name}":${deep}`,
        ),
        statuses: [400, 422],
      })),
    );

    expect(await faultsAmong(calls)).toEqual([]);
  });

  it('in great numbers is refused at once, in few words', async () => {
    const fields = `{${Array.from({ length: 80_000 }, (_, index) => `"a${index}":1`).join()}}`;
    const crowds = withBody().flatMap(({ body, ...operation }) =>
      [
        fields,
        ...Object.keys(body.properties ?? {}).map((name) =>
          JSON.stringify({ ...validBody(body), [name]: Array.from({ length: 100_000 }, () => ({})) }),
        ),
      ].map((text): BadCall => ({
        method: operation.method,
        path: pathOf(operation),
        body: text,
        statuses: [422],
      })),
    );
    const begun = performance.now();

    expect(await faultsAmong(crowds)).toEqual([]);
    expect((performance.now() - begun) / crowds.length).toBeLessThan(500);
  });

  it('is quoted briefly, however long it is', async () => {
    const body = { name: 'x', ['k'.repeat(500_000)]: 1 };

    const { status, text } = await rawCall(testApp.baseUrl, {
      method: 'POST',
      path: '/v1/bots',
      headers: { ...JSON_BODY, authorization: `Bearer ${admin.token ?? ''}` },
      body: JSON.stringify(body),
    });

    expect([status, text.length < 1_000]).toEqual([422, true]);
  });

  it('is refused where a body is missing', async () => {
    const calls = withBody()
      .filter(({ body }) => (body.required ?? []).length > 0)
      .flatMap((operation): BadCall[] =>
        ['', '{}'].map((body) => ({
          method: operation.method,
          path: pathOf(operation),
          body,
          statuses: [400, 422],
        })),
      );

    expect(await faultsAmong(calls)).toEqual([]);
  });

  it('of eleven megabytes is too large', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(11_000_000) });
    const calls = withBody().map((operation): BadCall => ({
      method: operation.method,
      path: pathOf(operation),
      body,
      statuses: [413],
    }));

    expect(await faultsAmong(calls)).toEqual([]);
  });

  it.each([
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a multipart form', { 'content-type': 'multipart/form-data; boundary=x' }],
    ['XML', { 'content-type': 'application/xml' }],
    ['another charset', { 'content-type': 'application/json; charset=iso-8859-1' }],
    ['an unknown encoding', { 'content-encoding': 'snappy' }],
    ['a broken encoding', { 'content-encoding': 'gzip' }],
  ])('sent as %s is refused', async (_, headers) => {
    const calls = withBody()
      .filter(({ body }) => (body.required ?? []).length > 0)
      .map((operation): BadCall => ({
        method: operation.method,
        path: pathOf(operation),
        headers,
        body: JSON.stringify(validBody(operation.body)),
        statuses: [400, 415, 422],
      }));

    expect(await faultsAmong(calls)).toEqual([]);
  });

  it('in a query is refused', async () => {
    const calls = document.ownOperations.flatMap(({ method, query, ...operation }): BadCall[] => {
      if (Object.keys(query).length === 0) return [];
      const path = pathOf({ method, query, ...operation });
      const wrong = Object.entries(query).flatMap(([name, schema]) =>
        hostileValues(schema)
          .filter(isWrongText)
          .map((value) => `${name}=${encodeURIComponent(value)}`),
      );
      return [
        ...QUERY_TRICKS,
        ...wrong,
        ...WRONG_LIMITS.map((value) => `limit=${encodeURIComponent(value)}`),
        ...WRONG_CURSORS.map((value) => `cursor=${value}`),
      ].map((search) => ({
        method,
        path: `${path}?${search}`,
        // Whether a cursor is one is seen only once there is a list to continue.
        statuses: search.startsWith('cursor') ? [404, 422] : [422],
      }));
    });

    expect(calls.length).toBeGreaterThan(100);
    expect(await faultsAmong(calls)).toEqual([]);
  });

  it('in the place of an id answers like an id that never was', async () => {
    const calls = document.ownOperations.flatMap(({ method, path, pathParameters, body }): BadCall[] =>
      pathParameters.flatMap((name) =>
        [...STRANGE_IDS, 'a'.repeat(4_000)].map((id) => ({
          method,
          path: pathWith(path, {
            ...Object.fromEntries(pathParameters.map((one) => [one, botId])),
            [name]: id,
          }),
          ...(body ? { body: JSON.stringify(validBody(body)) } : {}),
          statuses: [404],
        })),
      ),
    );

    expect(await faultsAmong(calls)).toEqual([]);
  });

  it.each(['%', '%zz', '%c0%af', '%ff'])('in a path that cannot be decoded (%s) is refused', async (id) => {
    const path = `/v1/bots/${id}`;

    expect(await faultsAmong([{ method: 'GET', path, statuses: [400, 404] }])).toEqual([]);
  });

  it.each(FOREIGN_URLS)('such as the address %j is not taken for a page', async (url) => {
    const answer = await admin.post('/v1/datasources', { type: 'url', url });

    expect(answer.body).toMatchObject({ status: 422, requestId: expect.any(String) });
  });

  it.each(['', ' ', 'a b', 'a\tb', '\u00e9', 'x'.repeat(256)])(
    'such as the Idempotency-Key %j is refused',
    async (key) => {
      const answer = await rawCall(testApp.baseUrl, {
        method: 'POST',
        path: '/v1/bots',
        headers: { ...JSON_BODY, authorization: `Bearer ${admin.token ?? ''}`, 'idempotency-key': key },
        body: '{"name":"Once"}',
      });

      expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('idempotency.key_invalid')]);
    },
  );

  it('leaves the server as well as it was', async () => {
    expect((await testApp.anonymous.send('health.ready')).body.status).toBe('ready');
    expect((await admin.send('bots.create', { body: { name: 'Still here' } })).status).toBe(201);
  });
});
