import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Sql } from '#common/database';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { CreateFieldDto, TableResponse } from '../support/generated/api.js';
import { importFile, sendFile } from '../support/journey.js';

const OPTIONS = ['a,b', 'say "hi"', 'back\\slash', '{}', 'NULL', 'ünï 😀'];
const FIELDS: CreateFieldDto[] = [
  { name: 'Code', type: 'text', unique: true, required: true },
  { name: 'Story', type: 'long_text' },
  { name: 'Tags', type: 'multi_select', options: OPTIONS },
  { name: 'Extra', type: 'json' },
  { name: 'Share', type: 'number', unique: true },
  { name: 'State', type: 'text', default: 'new' },
];

describeOnEachDatabase('what an import writes', (target) => {
  let testApp: TestApp;
  let editor: TestMember;
  let table: TableResponse;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    table = (await editor.send('tables.create', { body: { name: 'Goods', fields: FIELDS } })).body;
  });
  afterAll(() => testApp.close());

  const imported = async (rows: readonly object[], more: object = {}) => {
    const fileId = await sendFile(
      editor,
      'goods.jsonl',
      rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    );
    return importFile(editor, table.id, fileId, more);
  };
  const records = async () => {
    const { body } = await editor.send('records.list', { tableId: table.id, limit: 200, sort: 'code' });
    return body.data.map(({ fields }) => fields);
  };

  it('is what the file says, in whatever characters', async () => {
    const rows = [
      ['A1', '\\N', ['a,b', 'say "hi"'], { tab: '\t', list: ['\\', '"'] }, 1e-7],
      ['A2', '\\.', ['back\\slash', '{}', 'NULL', 'ünï 😀'], { text: 'a\r\nb' }, -0.5],
      ['A3', 'tab\there\r\nand a line\\', null, [null, 1.5, 'x'], 9_007_199_254_740_991],
      ['A4', '{"a":1}', ['NULL'], { '\\u0041': 'ß' }, null],
    ].map(([code, story, tags, extra, share]) => ({ code, story, tags, extra, share }));

    const done = await imported(rows);

    expect(done).toMatchObject({ status: 'succeeded', created: 4, rejected: 0 });
    expect(await records()).toEqual(rows.map((row) => ({ ...row, state: 'new' })));
  });

  it('finds the records of an upsert by values that the database writes in another way', async () => {
    await imported([
      { code: 'A1', share: 1e-7 },
      { code: 'A2', share: 0.1 },
    ]);

    const done = await imported(
      [
        { code: 'B1', share: 1e-7, story: 'changed' },
        { code: 'B2', share: 0.2 },
      ],
      { mode: 'upsert', key: 'share' },
    );

    expect(done).toMatchObject({ created: 1, updated: 1, rejected: 0 });
    expect((await records()).map(({ code, state }) => [code, state])).toEqual([
      ['A2', 'new'],
      ['B1', 'new'],
      ['B2', 'new'],
    ]);
  });

  it('leaves what an upsert does not name as it was, and counts a key that came twice as changed', async () => {
    await imported([{ code: 'A1', story: 'kept', state: 'sold' }]);

    const done = await imported(
      [
        { code: 'A1', share: 1 },
        { code: 'A2', share: 2 },
        { code: 'A2', share: 3 },
      ],
      { mode: 'upsert', key: 'code' },
    );

    expect(done).toMatchObject({ created: 1, updated: 2, rejected: 0 });
    expect((await records()).map(({ code, story, share, state }) => [code, story, share, state])).toEqual([
      ['A1', 'kept', 1, 'sold'],
      ['A2', null, 3, 'new'],
    ]);
  });

  it('refuses rows of an upsert that collide in another field, and takes all others', async () => {
    await imported([{ code: 'A1', share: 1 }]);

    const done = await imported(
      [
        { code: 'A2', share: 1 },
        { code: 'A3', share: 5 },
        { code: 'A4', share: 5 },
        { code: 'A5', share: 6 },
      ],
      { mode: 'upsert', key: 'code' },
    );

    expect(done).toMatchObject({ created: 2, rejected: 2 });
    expect((await records()).map(({ code }) => code)).toEqual(['A1', 'A3', 'A5']);
  });

  it.each([
    ['append', 'A1', [1, 3, 4_103, 4_104]],
    ['replace', 'is gone', [3, 4_103, 4_104]],
  ])('holds each unique value once, wherever in the file it comes again (%s)', async (mode, held, bad) => {
    await imported([{ code: held }]);
    const rows = ['A1', 'B0', 'B0', ...Array.from({ length: 4_099 }, (_, index) => `K${String(index)}`)];

    const done = await imported(
      [...rows, 'K5', 'B0', 'Z9'].map((code) => ({ code })),
      { mode },
    );

    const { body } = await editor.call<string>('GET', `/v1/imports/${done.id}/report`);
    const refused = body.trim().split('\r\n').slice(1);
    const { recordCount } = (await editor.send('tables.get', { tableId: table.id })).body;
    expect(done).toMatchObject({ status: 'succeeded', rejected: bad.length });
    expect(refused.map((line) => Number(line.split(',')[0]))).toEqual(bad);
    expect(recordCount).toBe(4_102);
  });

  it('gives a table that grew large an index of its words', async () => {
    const sql = testApp.app.get(Sql, { strict: false });
    const indexes = async () => {
      const { body } = await editor.send('records.list', { tableId: table.id, q: 'heron', limit: 1 });
      const rows = await sql.acrossWorkspaces<{ name: string }>(
        'a check',
        `select indexname as name from pg_indexes where schemaname = 'hosted' and tablename = 't_${table.id.replaceAll('-', '')}' and indexname like 'w%'`,
      );
      return { found: body.data.length, indexed: rows.length };
    };
    await imported(Array.from({ length: 2_500 }, (_, index) => ({ code: `K${String(index)}`, story: 'x' })));
    await editor.send('records.create', {
      tableId: table.id,
      body: { records: [{ fields: { code: 'bird', story: 'A heron' } }] },
    });

    const seen = await eventually(indexes, ({ indexed }) => indexed === 1, 30_000);

    expect(seen).toEqual({ found: 1, indexed: 1 });
  });
});
