import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Sql, Tenancy } from '#common/database';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import type { TableResponse } from '../support/generated/api.js';
import { importFile, sendFile } from '../support/journey.js';

const MAX_BYTES = 65_536;

describeOnEachDatabase('a hosted table', (target) => {
  let testApp: TestApp;
  let editor: TestMember;
  let table: TableResponse;
  let path: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    const fields = [
      { name: 'Code', type: 'text' as const, unique: true },
      { name: 'One', type: 'long_text' as const },
      { name: 'Two', type: 'long_text' as const },
    ];
    table = (await editor.send('tables.create', { body: { name: 'Large', fields } })).body;
    path = `/v1/tables/${table.id}/records`;
  });
  afterAll(() => testApp.close());

  const statusOf = async (method: string, to: string, body: object): Promise<number> =>
    (await editor.call(method, to, body)).status;

  it('takes 64 KB in a record, and no byte more, however it comes to be there', async () => {
    const one = 'ä'.repeat(MAX_BYTES / 2 - 1);
    const fits = await editor.call<{ data: { id: string }[] }>('POST', path, {
      records: [{ fields: { code: 'A1', one } }],
    });
    const own = `${path}/${fits.body.data[0]?.id ?? ''}`;

    const refused = [
      await statusOf('POST', path, { records: [{ fields: { code: 'B12', one } }] }),
      await statusOf('PATCH', own, { fields: { two: 'x' } }),
      await statusOf('POST', `${path}/upsert`, {
        key: 'code',
        records: [{ fields: { code: 'A1', two: 'x' } }],
      }),
    ];
    const fileId = await sendFile(editor, 'more.csv', 'Code,Two\nA1,x\nA2,x\n');
    const done = await importFile(editor, table.id, fileId, { mode: 'upsert', key: 'code' });
    const { body: listed } = await editor.send('records.list', { tableId: table.id, sort: 'code' });

    expect(fits.status).toBe(201);
    expect(refused).toEqual([422, 422, 422]);
    expect(done).toMatchObject({ status: 'succeeded', created: 1, updated: 0, rejected: 1 });
    expect(listed.data.map(({ fields }) => [fields['code'], fields['two']])).toEqual([
      ['A1', null],
      ['A2', 'x'],
    ]);
    expect(await statusOf('PATCH', own, { fields: { one: null, two: 'x' } })).toBe(200);
  });

  it('takes a million records, and no more', async () => {
    await testApp.app
      .get(Tenancy, { strict: false })
      .runUnbound(() =>
        testApp.app
          .get(Sql, { strict: false })
          .acrossWorkspaces('a fixture', 'update hosted_tables set record_count = 999999 where id = ?', [
            table.id,
          ]),
      );
    const recordsOf = (...codes: string[]) => ({ records: codes.map((code) => ({ fields: { code } })) });

    const tooMany = await editor.call<{ code: string }>('POST', path, recordsOf('A', 'B'));
    const last = await statusOf('POST', path, recordsOf('A'));
    const upserted = await statusOf('POST', `${path}/upsert`, { key: 'code', ...recordsOf('B') });

    expect([tooMany.status, tooMany.body.code]).toEqual([409, 'tables.limit_reached']);
    expect([last, upserted]).toEqual([201, 409]);
  });

  it('takes 200 fields, and no more, and all of them are written, found and imported', async () => {
    const key = (index: number): string => `f${String(index)}`;
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const fields = numbers.map((index) => ({
      ...{ name: key(index), type: index % 2 === 0 ? ('text' as const) : ('number' as const) },
      unique: index === 0,
    }));
    const { body: wide } = await editor.send('tables.create', { body: { name: 'Wide', fields } });
    const valuesOf = (word: string) =>
      Object.fromEntries(
        numbers.map((index) => [key(index), index % 2 === 0 ? `${word}${String(index)}` : index]),
      );
    const rows = ['b', 'c'].map((word) => Object.values(valuesOf(word)).join(','));

    const more = await editor.call<{ code: string }>('POST', `/v1/tables/${wide.id}/fields`, {
      ...{ name: 'One more', type: 'text' },
    });
    const tooMany = await statusOf('POST', '/v1/tables', {
      ...{ name: 'Wider', fields: [...fields, { name: 'One more', type: 'text' }] },
    });
    const made = await statusOf('POST', `/v1/tables/${wide.id}/records`, {
      records: [{ fields: valuesOf('a') }],
    });
    const fileId = await sendFile(editor, 'wide.csv', `${numbers.map(key).join(',')}\n${rows.join('\n')}\n`);
    const done = await importFile(editor, wide.id, fileId);
    const { body: found } = await editor.send('records.list', {
      ...{
        tableId: wide.id,
        sort: '-f0',
        filter: JSON.stringify({ field: 'f198', op: 'neq', value: 'a198' }),
      },
    });

    expect([more.status, more.body.code, tooMany, made]).toEqual([409, 'tables.limit_reached', 422, 201]);
    expect(done).toMatchObject({ status: 'succeeded', created: 2, rejected: 0 });
    expect(found.data.map((record) => record.fields)).toEqual([valuesOf('c'), valuesOf('b')]);
  });
});
