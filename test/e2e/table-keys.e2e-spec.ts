import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Sql, Tenancy } from '#common/database';
import { apiClient, type ApiClient } from '../support/api-client.js';
import { ApiDocument, type Operation, pathWith } from '../support/api-document.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import type { CreateApiKeyDto } from '../support/generated/api.js';
import { createTable, type TableIds } from '../support/journey.js';
import { rawCall } from '../support/raw-call.js';
import { validBody } from '../support/hostile-values.js';

const NO_ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';
const READS = ['records.get', 'records.list', 'records.query'];
const WRITES = ['records.create', 'records.remove', 'records.removeAll', 'records.update', 'records.upsert'];

describe('an API key for one table', () => {
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let admin: TestMember;
  let document: ApiDocument;
  let own: TableIds;
  let other: TableIds;
  let foreign: TableIds;

  beforeAll(async () => {
    testApp = await createTestApp();
    workspace = await testApp.workspace();
    admin = await workspace.as('admin');
    document = await ApiDocument.of(testApp.baseUrl);
    own = await createTable(admin, 'Own');
    other = await createTable(admin, 'Other');
    foreign = await createTable(await (await testApp.workspace()).as('admin'), 'Foreign');
  });
  afterAll(() => testApp.close());

  const secretOf = async (more: Partial<CreateApiKeyDto>, maker: TestMember = admin): Promise<string> =>
    (await maker.send('apiKeys.create', { body: { name: 'Automation', tableId: own.tableId, ...more } })).body
      .key;
  const keyOf = async (more: Partial<CreateApiKeyDto>, maker?: TestMember): Promise<ApiClient> =>
    apiClient(testApp.baseUrl, await secretOf(more, maker));
  const call = async (key: ApiClient, { method, path, pathParameters, body }: Operation, ids: TableIds) =>
    key.call(
      method,
      pathWith(
        path,
        Object.fromEntries(
          pathParameters.map((name) => [name, (ids as unknown as Record<string, string>)[name] ?? NO_ID]),
        ),
      ),
      body ? validBody(body) : undefined,
    );
  const changed = (statement: string, id: string): Promise<unknown> =>
    testApp.app
      .get(Tenancy, { strict: false })
      .runUnbound(() =>
        testApp.app.get(Sql, { strict: false }).acrossWorkspaces('a fixture', statement, [id]),
      );

  it('says which table it is for, and what it may do there', async () => {
    const { body: made } = await admin.send('apiKeys.create', {
      body: { name: 'Automation', tableId: own.tableId, access: 'write' },
    });

    const { body: listed } = await admin.send('apiKeys.list', { limit: 200 });

    expect(made).toMatchObject({
      tableId: own.tableId,
      permissions: ['create Record', 'delete Record', 'read Record', 'update Record'],
    });
    expect(listed.data.find(({ id }) => id === made.id)).toMatchObject({ tableId: own.tableId });
  });

  it('reads and writes the records of that table', async () => {
    const key = await keyOf({ access: 'write' });
    const { tableId } = own;

    const { body: made } = await key.send('records.create', {
      tableId,
      body: { records: [{ fields: { code: 'K1', title: 'By key', price: 7 } }] },
    });
    const recordId = made.data[0]?.id ?? '';
    await key.send('records.update', { tableId, recordId, body: { fields: { price: 8 } } });
    await key.send('records.upsert', {
      tableId,
      body: { key: 'code', records: [{ fields: { code: 'K1', title: 'Changed' } }] },
    });
    const { body: seen } = await key.send('records.get', { tableId, recordId });
    const { body: counted } = await key.send('records.query', {
      tableId,
      body: { filter: { field: 'code', op: 'eq', value: 'K1' } },
    });
    await key.send('records.removeAll', { tableId, body: { ids: [recordId] } });

    expect(seen.fields).toMatchObject({ code: 'K1', title: 'Changed', price: 8 });
    expect(counted.data[0]).toMatchObject({ count: 1 });
    expect((await key.call('GET', `/v1/tables/${tableId}/records/${recordId}`)).status).toBe(404);
  });

  it('that is to read, which all are unless they say otherwise, writes nothing', async () => {
    for (const key of [await keyOf({}), await keyOf({ access: 'read' })]) {
      const statuses = async (operations: readonly string[]) => [
        ...new Set(
          await Promise.all(
            operations.map(async (id) => (await call(key, document.operation(id), own)).status),
          ),
        ),
      ];

      expect(await statuses(WRITES)).toEqual([403]);
      expect(await statuses(READS)).toEqual([200]);
    }
  });

  it.each(['read', 'write'] as const)('finds no other table, nor its records (%s)', async (access) => {
    const key = await keyOf({ access });

    for (const id of access === 'read' ? READS : [...READS, ...WRITES])
      for (const ids of [other, foreign, { ...own, tableId: other.tableId }]) {
        const { status } = await call(key, document.operation(id), ids);

        expect([id, status]).toEqual([id, 404]);
      }
  });

  it('is refused on every other route', async () => {
    const key = await keyOf({ access: 'write' });
    const opened = [];

    for (const operation of document.operations.filter(({ isPublic }) => !isPublic)) {
      const { status } = await call(key, operation, own);
      if (status !== 403) opened.push(operation.id);
    }

    expect(opened.sort()).toEqual([...READS, ...WRITES].sort());
  });

  it('is taken from the Authorization header alone', async () => {
    const secret = await secretOf({});
    const path = `/v1/tables/${own.tableId}/records`;
    const carriers: { path?: string; headers?: Record<string, string> }[] = [
      { headers: { authorization: `Bearer ${secret}` } },
      { headers: { authorization: `bearer ${secret}` } },
      { headers: { 'x-api-key': secret } },
      { headers: { cookie: `token=${secret}` } },
      { path: `${path}?access_token=${secret}` },
      { path: `/openai/v1/models`, headers: { authorization: `Bearer ${secret}` } },
    ];

    const answers = await Promise.all(
      carriers.map((carrier) => rawCall(testApp.baseUrl, { path, headers: {}, ...carrier })),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 401, 401, 403]);
  });

  it.each<[string, object, string]>([
    ['a table that there is not', { tableId: NO_ID }, 'tableId'],
    ['what is no id', { tableId: 'goods' }, 'tableId'],
    ['a role', { role: 'viewer' }, 'role'],
    ['permissions', { permissions: ['read Bot'] }, 'permissions'],
    ['an access that there is not', { access: 'own' }, 'access'],
  ])('cannot be made with %s', async (_, more, path) => {
    const { status, body } = await admin.call<{ errors: { path: string }[] }>('POST', '/v1/api-keys', {
      ...{ name: 'Automation', tableId: own.tableId },
      ...more,
    });

    expect([status, body.errors.map((error) => error.path)]).toEqual([422, [path]]);
  });

  it('cannot be for a table of others, and access is a word of keys for a table only', async () => {
    const byOther = await admin.call('POST', '/v1/api-keys', { name: 'Spy', tableId: foreign.tableId });
    const without = await admin.call('POST', '/v1/api-keys', { name: 'All', access: 'read' });

    expect([byOther.status, without.status]).toEqual([422, 422]);
  });

  it('is not made by those who make no keys', async () => {
    const editor = await workspace.as('editor');

    const { status } = await editor.call('POST', '/v1/api-keys', { name: 'Mine', tableId: own.tableId });

    expect(status).toBe(403);
  });

  it('ends with its table', async () => {
    const { tableId } = await createTable(admin, 'For a while');
    const key = await keyOf({ tableId });
    const path = `/v1/tables/${tableId}/records`;

    expect((await key.get(path)).status).toBe(200);
    await admin.send('tables.remove', { tableId });

    expect((await key.get(path)).status).toBe(401);
  });

  it.each([
    ['was suspended', `status = 'suspended'`, [401, 401]],
    ['only reads now', `role = 'viewer'`, [200, 403]],
  ])('may do no more than its maker, who %s', async (_, change, expected) => {
    const maker = await workspace.as('admin');
    const key = await keyOf({ access: 'write' }, maker);
    const path = `/v1/tables/${own.tableId}/records`;
    await changed(`update memberships set ${change} where user_id = ?`, maker.user.id);

    const answers = [await key.get(path), await key.post(path, { records: [{ fields: {} }] })];

    expect(answers.map(({ status }) => status)).toEqual(expected);
  });

  it('ends when it was revoked, and at its time', async () => {
    const path = `/v1/tables/${own.tableId}/records`;
    const { body: revoked } = await admin.send('apiKeys.create', {
      body: { name: 'Automation', tableId: own.tableId },
    });
    const { body: expired } = await admin.send('apiKeys.create', {
      body: { name: 'Automation', tableId: own.tableId },
    });
    await admin.send('apiKeys.revoke', { apiKeyId: revoked.id });
    await changed(`update api_keys set expires_at = now() - interval '1 s' where id = ?`, expired.id);

    const answers = await Promise.all(
      [revoked, expired].map(({ key }) => apiClient(testApp.baseUrl, key).get(path)),
    );

    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });
});
