import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { TableLinkResponse } from '../support/generated/api.js';
import {
  type StoredTable,
  zapierId,
  type ZapierMishap,
  ZapierStandIn,
} from '../support/zapier/zapier-stand-in.js';

const FIELDS = {
  Name: 'string',
  Budget: 'decimal',
  Active: 'boolean',
  'Seen at': 'datetime',
  Tags: 'multiple_string',
};
const ADA = { f1: 'Ada', f2: '1200.50', f3: true, f4: '2026-01-31T12:00:00Z', f5: ['vip', 'old'] };
const BOB = { f1: 'Bob', f2: 80, f3: false, f4: null, f5: [] };

/** What did not succeed is tried again in its own time. */
const TRIED_AGAIN_MS = 40_000;

describeOnEachDatabase('tables of other services', (target) => {
  let zapier: ZapierStandIn;
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let admin: TestMember;
  let editor: TestMember;
  let connectionId: string;
  let remote: StoredTable;

  beforeAll(async () => {
    zapier = await ZapierStandIn.start();
    testApp = await createTestApp({ target, env: { ZAPIER_BASE_URL: zapier.baseUrl } });
  });
  beforeEach(async () => {
    workspace = await testApp.workspace();
    admin = await workspace.as('admin');
    editor = await workspace.as('editor');
    connectionId = await connect({ token: zapier.token });
    remote = zapier.table('Leads', FIELDS, [ADA, BOB]);
  });
  afterEach(() => {
    zapier.forgetMishaps();
    zapier.tables.clear();
    zapier.pageSize = 1_000;
    zapier.refused = undefined;
  });
  afterAll(async () => {
    await testApp.close();
    await zapier.close();
  });

  const connect = async (secret: object): Promise<string> =>
    (await admin.send('tableConnections.create', { body: { provider: 'zapier', name: 'Sales', ...secret } }))
      .body.id;
  const linked = async (more: object = {}): Promise<TableLinkResponse> => {
    const body = { connectionId, remoteTableId: remote.id, ...more };
    return settled((await editor.send('tableLinks.create', { body })).body);
  };
  const settled = async ({ tableId }: TableLinkResponse): Promise<TableLinkResponse> =>
    eventually(
      async () => (await editor.send('tableLinks.get', { tableId })).body,
      ({ isSyncing }) => !isSyncing,
      TRIED_AGAIN_MS,
    );
  const synced = async (tableId: string): Promise<TableLinkResponse> =>
    settled((await editor.send('tableLinks.sync', { tableId })).body);
  const records = async (tableId: string) =>
    (await editor.send('records.list', { tableId, limit: 200, sort: 'name' })).body.data;
  const values = async (tableId: string) => (await records(tableId)).map(({ fields }) => fields);

  describe('a connection', () => {
    it('is tried out, shows its tables page by page, and never its secret', async () => {
      for (let index = 1; index < 120; index += 1) zapier.table(`T${String(index)}`, { Name: 'string' });
      zapier.pageSize = 50;

      const { body: trial } = await admin.send('tableConnections.test', { connectionId });
      const { body: first } = await editor.send('tableConnections.listTables', { connectionId });
      const { body: second } = await editor.send('tableConnections.listTables', {
        connectionId,
        cursor: first.nextCursor ?? '',
      });
      const shown = await admin.call<object>('GET', `/v1/table-connections/${connectionId}`);

      expect(trial).toEqual({ ok: true, code: null, message: expect.any(String) });
      expect([...first.data, ...second.data].map(({ name }) => name)).toEqual(
        [...zapier.tables.values()].map(({ name }) => name),
      );
      expect(first.data[0]).toEqual({ id: remote.id, name: 'Leads', description: 'All Leads.' });
      expect(second.nextCursor).toBeNull();
      expect(JSON.stringify(shown.body)).not.toContain(zapier.token);
    });

    it('takes the credentials of a client in place of a token', async () => {
      const id = await connect(zapier.client);
      const wrong = await connect({ ...zapier.client, clientSecret: 'wrong' });

      expect((await admin.send('tableConnections.test', { connectionId: id })).body.ok).toBe(true);
      expect((await admin.send('tableConnections.test', { connectionId: wrong })).body).toMatchObject({
        ok: false,
        code: 'tables.remote_refused',
      });
    });

    it.each([
      [{}, 'token'],
      [{ token: 'a', clientId: 'b' }, 'token'],
      [{ clientId: 'b' }, 'clientSecret'],
      [{ clientSecret: 'b' }, 'clientId'],
    ])('is refused with %j', async (secret, path) => {
      const body = { provider: 'zapier', name: 'x', ...secret };

      const refused = await admin.call<{ errors: object[] }>('POST', '/v1/table-connections', body);

      expect(refused).toMatchObject({ status: 422, body: { errors: [{ path }] } });
    });

    it.each<[ZapierMishap, string, number]>([
      [{ status: 401 }, 'tables.remote_refused', 424],
      [{ status: 403 }, 'tables.remote_refused', 424],
      [
        { status: 403, headers: { 'x-zapier-error-type': 'approval_required' } },
        'tables.remote_refused',
        424,
      ],
      [{ status: 429, headers: { 'retry-after': '7' } }, 'tables.remote_away', 503],
      [{ status: 500 }, 'tables.remote_away', 503],
      [{ isCutAfter: true }, 'tables.remote_away', 503],
      [{ isCutWithin: true }, 'tables.remote_away', 503],
      [{ status: 200, body: '<html>' }, 'tables.remote_not_understood', 424],
      [{ status: 200, body: '{"data":[{"id":7}]}' }, 'tables.remote_not_understood', 424],
      [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'tables.remote_not_understood', 424],
    ])('says what is wrong when Zapier answers %j', async (mishap, code, status) => {
      zapier.mishap(mishap);

      const answer = await editor.call<{ code: string; detail: string }>(
        'GET',
        `/v1/table-connections/${connectionId}/tables`,
      );

      expect([answer.status, answer.body.code]).toEqual([status, code]);
      expect(JSON.stringify(answer.body)).not.toContain(zapier.token);
      if (mishap.status === 429) expect(answer.headers.get('retry-after')).toBe('7');
    });

    it('is made by admins, and used by editors of the same workspace', async () => {
      const stranger = await (await testApp.workspace()).as('owner');
      const create = (member: TestMember) =>
        member.call('POST', '/v1/table-connections', { provider: 'zapier', name: 'x', token: 'y' });
      const get = (member: TestMember) => member.call('GET', `/v1/table-connections/${connectionId}`);

      expect((await create(editor)).status).toBe(403);
      expect((await get(await workspace.as('analyst'))).status).toBe(403);
      expect((await get(stranger)).status).toBe(404);
      expect(
        (await stranger.call('POST', '/v1/table-links', { connectionId, remoteTableId: remote.id })).status,
      ).toBe(404);
    });

    it('stays as long as tables are linked by it', async () => {
      const { tableId } = await linked();

      expect((await admin.call('DELETE', `/v1/table-connections/${connectionId}`)).status).toBe(409);
      await editor.send('tableLinks.remove', { tableId });
      expect((await admin.call('DELETE', `/v1/table-connections/${connectionId}`)).status).toBe(204);
      expect(await values(tableId)).toHaveLength(2);
    });
  });

  describe('a linked table', () => {
    it('takes over fields and records, by their types', async () => {
      const link = await linked();
      const { body: table } = await editor.send('tables.get', { tableId: link.tableId });

      expect(link.report).toMatchObject({ added: 2, changed: 0, unchanged: 0, deleted: 0, failed: 0 });
      expect(table).toMatchObject({ name: 'Leads', recordCount: 2 });
      expect(table.fields.map(({ name, type }) => [name, type])).toEqual([
        ['Name', 'text'],
        ['Budget', 'number'],
        ['Active', 'boolean'],
        ['Seen at', 'datetime'],
        ['Tags', 'json'],
      ]);
      expect(await values(link.tableId)).toEqual([
        {
          name: 'Ada',
          budget: 1200.5,
          active: true,
          seen_at: '2026-01-31T12:00:00.000Z',
          tags: ['vip', 'old'],
        },
        { name: 'Bob', budget: 80, active: false, seen_at: null, tags: null },
      ]);
    });

    it('follows what is added, changed and deleted there, and nothing else', async () => {
      const { tableId } = await linked();
      const [ada] = await records(tableId);
      const [first, second] = remote.records;
      if (first) first.data = { ...first.data, f2: '1300' };
      remote.records = remote.records.filter((record) => record !== second);
      remote.records.push({ id: zapierId(), data: { f1: 'Cleo', f2: 5 }, editedAt: '' });

      const { report, syncedAt } = await synced(tableId);
      const again = await synced(tableId);
      const [changed] = await records(tableId);

      expect(report).toMatchObject({ added: 1, changed: 1, unchanged: 0, deleted: 1, failed: 0 });
      expect(again.report).toMatchObject({ added: 0, changed: 0, unchanged: 2, deleted: 0 });
      expect(syncedAt).not.toBeNull();
      expect((await values(tableId)).map(({ name, budget }) => [name, budget])).toEqual([
        ['Ada', 1300],
        ['Cleo', 5],
      ]);
      expect(changed?.id).toBe(ada?.id);
    });

    it('is read in pieces', async () => {
      zapier.pageSize = 100;
      for (let index = 0; index < 1_048; index += 1)
        remote.records.push({ id: zapierId(), data: { f1: `n${String(index)}` }, editedAt: '' });

      const { report, tableId } = await linked();

      expect(report).toMatchObject({ added: 1_050, failed: 0 });
      expect((await editor.send('tables.get', { tableId })).body.recordCount).toBe(1_050);
    });

    it('tells of records that do not fit, which keep what they had', async () => {
      const { tableId } = await linked();
      const [ada] = remote.records;
      if (ada) ada.data = { ...ada.data, f2: 'a lot', f1: 'Ada L.' };
      remote.records.push({ id: zapierId(), data: { f1: 'x'.repeat(600) }, editedAt: '' });
      remote.records.push({ id: zapierId(), data: { f1: 'Dora', f4: 'yesterday' }, editedAt: '' });

      const { report } = await synced(tableId);

      expect(report).toMatchObject({ added: 0, changed: 0, unchanged: 1, deleted: 0, failed: 3 });
      expect(report?.problems.map(({ reason }) => reason)).toEqual([
        'Budget: must be a number',
        'Name: must have at most 500 characters',
        'Seen at: must be a time with a time zone, for example 2026-01-31T12:00:00Z',
      ]);
      expect((await values(tableId)).map(({ name }) => name)).toEqual(['Ada', 'Bob']);
    });

    it('tells of records that the rules of this table refuse, and takes all others', async () => {
      const { tableId, fields } = await linked();
      const fieldId = fields[0]?.fieldId ?? '';
      await editor.send('fields.update', { tableId, fieldId, body: { unique: true, required: true } });
      for (const name of ['Cleo', 'Cleo', '', 'Dora'])
        remote.records.push({ id: zapierId(), data: { f1: name }, editedAt: '' });

      const { report } = await synced(tableId);

      expect(report).toMatchObject({ added: 2, unchanged: 2, failed: 2 });
      expect((await values(tableId)).map(({ name }) => name)).toEqual(['Ada', 'Bob', 'Cleo', 'Dora']);
    });

    it('gets fields that come, keeps fields that go, and calls them as they are called', async () => {
      const { tableId } = await linked();
      remote.fields = [
        { id: 1, name: 'Full name', type: 'string' },
        { id: 9, name: 'Mail', type: 'email' },
      ];
      const [ada, bob] = remote.records;
      if (ada) ada.data = { f1: 'Ada', f9: 'Ada@Example.com' };
      if (bob) bob.data = { f1: 'Bob', f9: null };

      const { report } = await synced(tableId);
      const { body: table } = await editor.send('tables.get', { tableId });

      expect(report?.fieldsAdded).toEqual(['Mail']);
      expect(report?.fieldsGone).toEqual(['Budget', 'Active', 'Seen at', 'Tags']);
      expect(table.fields.map(({ name }) => name)).toEqual([
        'Full name',
        'Budget',
        'Active',
        'Seen at',
        'Tags',
        'Mail',
      ]);
      expect((await values(tableId))[0]).toMatchObject({
        name: 'Ada',
        budget: 1200.5,
        mail: 'ada@example.com',
      });
    });

    it('keeps its content when the remote table is gone, or answers nonsense, and says so', async () => {
      const { tableId } = await linked();
      zapier.tables.delete(remote.id);

      const gone = await synced(tableId);
      zapier.tables.set(remote.id, remote);
      remote.fields.push({ id: 77, name: 'New', type: 'hologram' });
      const nonsense = await synced(tableId);

      expect(gone.lastError?.code).toBe('tables.remote_table_gone');
      expect(nonsense.lastError?.code).toBe('tables.remote_not_understood');
      expect(nonsense.report).toMatchObject({ added: 2 });
      expect(await values(tableId)).toHaveLength(2);
    });

    it('removes nothing when the reading breaks off, and is tried again', async () => {
      zapier.pageSize = 1;
      const { tableId } = await linked();
      zapier.requests.length = 0;
      zapier.mishap(
        {
          to: /records\/query/,
          status: 200,
          body: JSON.stringify({
            data: [],
            meta: { pagination: { has_more: true, end_cursor: remote.records[0]?.id } },
          }),
        },
        { to: /records\/query/, status: 429, headers: { 'retry-after': '1' } },
      );

      const { report, lastError } = await synced(tableId);

      expect(lastError).toBeNull();
      expect(report).toMatchObject({ unchanged: 2, deleted: 0 });
      expect(await values(tableId)).toHaveLength(2);
    });

    it('is one of each: neither table is linked twice', async () => {
      const { tableId } = await linked();
      const other = zapier.table('Other', { Name: 'string' });
      const link = (body: object) =>
        editor.call<{ code: string }>('POST', '/v1/table-links', { connectionId, ...body });

      expect((await link({ remoteTableId: remote.id })).body.code).toBe('tables.name_taken');
      expect((await link({ remoteTableId: remote.id, name: 'Again' })).body.code).toBe(
        'tables.linked_elsewhere',
      );
      expect((await link({ remoteTableId: other.id, tableId })).body.code).toBe('tables.linked_elsewhere');
      expect((await link({ remoteTableId: 'nothing' })).status).toBe(404);
      expect((await editor.send('tables.list', {})).body.data).toHaveLength(1);
    });

    it('can be one that is there already, whose fields of the same name and type are filled', async () => {
      const { body: table } = await editor.send('tables.create', {
        body: { name: 'Mine', fields: [{ name: 'Name', type: 'text' }] },
      });
      await editor.send('records.create', {
        tableId: table.id,
        body: { records: [{ fields: { name: 'Zoe' } }] },
      });

      await linked({ tableId: table.id });

      expect((await values(table.id)).map(({ name }) => name)).toEqual(['Ada', 'Bob', 'Zoe']);
    });
  });

  describe('changes made here', () => {
    const pushed = async (isThere: () => boolean): Promise<void> => {
      await eventually(isThere, (there) => there, TRIED_AGAIN_MS);
    };

    it('are written to the remote table once each, and do not come back', async () => {
      const { tableId } = await linked({ pushBack: true });
      const [ada, bob] = await records(tableId);

      await editor.send('records.update', {
        tableId,
        recordId: ada?.id ?? '',
        body: { fields: { budget: 7 } },
      });
      await editor.send('records.create', {
        tableId,
        body: { records: [{ fields: { name: 'Cleo', tags: ['new'] } }] },
      });
      await editor.send('records.remove', { tableId, recordId: bob?.id ?? '' });
      await pushed(
        () => remote.records.length === 2 && remote.records.some(({ data }) => data['f1'] === 'Cleo'),
      );
      await pushed(() => remote.records[0]?.data['f2'] === 7);
      const { report } = await synced(tableId);

      expect(remote.records.map(({ data }) => [data['f1'], data['f2'], data['f5']])).toEqual([
        ['Ada', 7, ['vip', 'old']],
        ['Cleo', null, ['new']],
      ]);
      expect(report).toMatchObject({ added: 0, changed: 0, unchanged: 2, deleted: 0, pushed: 0 });
      expect(
        zapier.requests.filter((one) => one.startsWith('POST') && one.endsWith('/records')),
      ).toHaveLength(1);
    });

    it('stay here unless that is wanted', async () => {
      const { tableId } = await linked();

      await editor.send('records.create', { tableId, body: { records: [{ fields: { name: 'Cleo' } }] } });
      const { report } = await synced(tableId);

      expect(remote.records).toHaveLength(2);
      expect(report).toMatchObject({ unchanged: 2, deleted: 0, pushed: 0 });
      expect(await values(tableId)).toHaveLength(3);
    });

    it('are not made twice when the answer was lost', async () => {
      const { tableId } = await linked({ pushBack: true });
      zapier.mishap({ to: /POST .*\/records$/, isCutAfter: true });

      await editor.send('records.create', { tableId, body: { records: [{ fields: { name: 'Cleo' } }] } });
      await pushed(() => remote.records.length === 3);
      const { report } = await synced(tableId);

      expect(remote.records).toHaveLength(3);
      expect(report).toMatchObject({ added: 0, unchanged: 3, deleted: 0 });
      expect(await values(tableId)).toHaveLength(3);
    });

    it('that are refused there are told of, and all others are written', async () => {
      const { tableId } = await linked();
      zapier.refused = 'Cleo';
      await editor.send('tableLinks.update', { tableId, body: { pushBack: true } });

      await editor.send('records.create', {
        tableId,
        body: { records: ['Cleo', 'Dora'].map((name) => ({ fields: { name } })) },
      });
      await pushed(() => remote.records.some(({ data }) => data['f1'] === 'Dora'));
      const { pushReport } = await eventually(
        async () => (await editor.send('tableLinks.get', { tableId })).body,
        (link) => link.pushReport?.failed === 1,
      );

      expect(pushReport?.problems[0]?.reason).toContain('is not taken');
      expect(remote.records.map(({ data }) => data['f1'])).toEqual(['Ada', 'Bob', 'Dora']);
    });
  });

  it('sends nothing to anybody but the service, and leaves signals of the process alone', async () => {
    const listeners = process.listenerCount('SIGTERM');
    const outside: string[] = [];
    const before = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      if (!url.startsWith(testApp.baseUrl)) outside.push(url);
      return before(input, init);
    };
    try {
      await linked();
    } finally {
      globalThis.fetch = before;
    }

    expect(outside).toEqual([]);
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
  });
});

describe('a workspace without connections', () => {
  it('has no list of them to show to others', async () => {
    const testApp = await createTestApp();
    const viewer = await (await testApp.workspace()).as('viewer');

    expect((await viewer.call('GET', '/v1/table-connections')).status).toBe(403);
    await testApp.close();
  });
});
