import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import type {
  CreateFieldDto,
  ImportPreviewResponse,
  StartImportDto,
  TableResponse,
} from '../support/generated/api.js';
import { ended, importFile, sendFile } from '../support/journey.js';
import { workbookOf, zipOf } from '../support/workbook.js';

const FIELDS: CreateFieldDto[] = [
  { name: 'Code', type: 'text', unique: true, required: true },
  { name: 'Title', type: 'text', indexed: true },
  { name: 'Price', type: 'number' },
  { name: 'Made on', type: 'date' },
  { name: 'Seen at', type: 'datetime' },
  { name: 'Kind', type: 'select', options: ['bike', 'boat'] },
  { name: 'In stock', type: 'boolean', default: 'yes' },
];

describeOnEachDatabase('imports', (target) => {
  let testApp: TestApp;
  let editor: TestMember;
  let table: TableResponse;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    table = (await editor.send('tables.create', { body: { name: 'Stock', fields: FIELDS } })).body;
  });
  afterAll(() => testApp.close());

  const imported = async (
    content: string | Uint8Array<ArrayBuffer>,
    more: Partial<StartImportDto> = {},
    name = 'goods.csv',
  ) => importFile(editor, table.id, await sendFile(editor, name, content), more);
  const records = async () => {
    const { body } = await editor.send('records.list', { tableId: table.id, limit: 200, sort: 'code' });
    return body.data.map(({ fields }) => fields);
  };
  const values = async (...keys: readonly string[]) =>
    (await records()).map((fields) => keys.map((key) => fields[key]));
  const reportOf = async (importId: string) =>
    (await editor.call<string>('GET', `/v1/imports/${importId}/report`)).body.trim().split('\r\n').slice(1);
  const previewOf = async (
    content: string | Uint8Array<ArrayBuffer>,
    name = 'goods.csv',
    more: object = {},
  ) => {
    const fileId = await sendFile(editor, name, content);
    return editor.call<ImportPreviewResponse & { code: string; detail: string }>(
      'POST',
      `/v1/tables/${table.id}/import/preview`,
      { fileId, ...more },
    );
  };

  it('write the rows that fit, and tell of the others by row, column, value and reason', async () => {
    const done = await imported(
      'Code,Title,Price,Kind,Ignored\nA1,City bike,749.5,bike,x\nA2,Boat,cheap,boat,x\n,Nameless,1,bike,x\nA1,Again,2,car,x\nA4,"Two\nlines",3,,x\n',
    );

    expect(done).toMatchObject({ status: 'succeeded', created: 2, updated: 0, rejected: 3, secondsLeft: 0 });
    expect(await values('code', 'title', 'price', 'kind', 'in_stock')).toEqual([
      ['A1', 'City bike', 749.5, 'bike', true],
      ['A4', 'Two\nlines', 3, null, true],
    ]);
    expect(await reportOf(done.id)).toEqual([
      '3,"Price","cheap","must be a number"',
      '4,"Code","","is required"',
      '5,"Kind","car","must be one of bike, boat"',
    ]);
    expect((await editor.send('tables.get', { tableId: table.id })).body.recordCount).toBe(2);
  });

  it('show before how a file would be read, and where its columns would go', async () => {
    const { body } = await previewOf(
      '\ufeffCode;Name;Price;Made on;Seen at\nA1;Bike;1.249,50;31.1.2026;2026-01-31 12:00\nA2;"Boat; large";3,5;1.2.2026;2026-02-01\n',
    );

    expect(body).toMatchObject({
      format: 'csv',
      delimiter: ';',
      quote: '"',
      encoding: 'utf-8',
      hasHeader: true,
      decimal: ',',
      dateOrder: 'dmy',
      warnings: [],
    });
    expect(body.columns.map(({ name, type, field }) => [name, type, field])).toEqual([
      ['Code', 'text', 'code'],
      ['Name', 'text', null],
      ['Price', 'number', 'price'],
      ['Made on', 'date', 'made_on'],
      ['Seen at', 'datetime', 'seen_at'],
    ]);
    expect(body.rows).toEqual([
      ['A1', 'Bike', '1.249,50', '31.1.2026', '2026-01-31 12:00'],
      ['A2', 'Boat; large', '3,5', '1.2.2026', '2026-02-01'],
    ]);
  });

  it('read numbers, dates and times as the preview does, and send columns where the caller says', async () => {
    await imported(
      'Code;Name;Price;Made on;Seen at\nA1;Bike;1.249,50;31.1.2026;2026-01-31 12:00\nA2;Boat;3,5;1.2.2026;2026-02-01\n',
      {
        mapping: { Code: 'code', Name: 'title', Price: 'price', 'Made on': 'made_on', 'Seen at': 'seen_at' },
      },
    );

    expect(await values('title', 'price', 'made_on', 'seen_at')).toEqual([
      ['Bike', 1249.5, '2026-01-31', '2026-01-31T12:00:00.000Z'],
      ['Boat', 3.5, '2026-02-01', '2026-02-01T00:00:00.000Z'],
    ]);
  });

  it('propose the fields of a new table', async () => {
    const fileId = await sendFile(
      editor,
      'people.jsonl',
      '{"name":"Ann","age":31,"mail":"ann@example.com"}\n{"name":"Bob","page":"https://example.com"}\n',
    );

    const { body } = await editor.send('importFiles.preview', { fileId, body: {} });

    expect(body.format).toBe('jsonl');
    expect(body.columns.map(({ name, type }) => [name, type])).toEqual([
      ['name', 'text'],
      ['age', 'number'],
      ['mail', 'email'],
      ['page', 'url'],
    ]);
  });

  it('change records with the same key and add others, the last of several rows with one key counting', async () => {
    await imported('Code,Title,Price\nA1,Old,1\nA2,Stays,2\n');

    const done = await imported('Code,Price\nA1,5\nA3,6\nA1,7\n', { mode: 'upsert', key: 'code' });

    expect(done).toMatchObject({ created: 1, updated: 2, rejected: 0 });
    expect(await values('code', 'title', 'price')).toEqual([
      ['A1', 'Old', 7],
      ['A2', 'Stays', 2],
      ['A3', null, 6],
    ]);
  });

  it('replace all records at once, and leave the table as it can be filtered, linked and written to', async () => {
    await imported('Code,Title\nA1,Old\nA2,Older\n');
    const other = (
      await editor.send('tables.create', {
        body: { name: 'Orders', fields: [{ name: 'Of', type: 'link', linkedTableId: table.id }] },
      })
    ).body;
    const old = (await editor.send('records.list', { tableId: table.id })).body.data[0];
    await editor.send('records.create', {
      tableId: other.id,
      body: { records: [{ fields: { of: old?.id ?? '' } }] },
    });

    const done = await imported('Code,Title\nB1,New\nB1,Twice\nB2,Newer\n', { mode: 'replace' });

    expect(done).toMatchObject({ status: 'succeeded', created: 2, rejected: 1 });
    expect(await values('code', 'title')).toEqual([
      ['B1', 'New'],
      ['B2', 'Newer'],
    ]);
    expect((await editor.send('records.list', { tableId: other.id })).body.data[0]?.fields).toEqual({
      of: null,
    });
    expect((await editor.send('tables.get', { tableId: table.id })).body.recordCount).toBe(2);
    const again = await editor.call('POST', `/v1/tables/${table.id}/records`, {
      records: [{ fields: { code: 'B1' } }],
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'tables.value_taken' } });
    expect((await imported('Code,Title\nC1,Last\n', { mode: 'replace' })).created).toBe(1);
    expect(await testApp.published('table.records_replaced')).toContainEqual({ tableId: table.id });
  });

  it('leave all records as they are when a replacement cannot be read to its end', async () => {
    await imported('Code,Title\nA1,Old\n');

    const failed = await imported(`Code,Title\n${'B,New\n'.repeat(3_000)}B2,"never closed\n`, {
      mode: 'replace',
    });

    expect(failed).toMatchObject({ status: 'failed', created: 0 });
    expect(await values('code')).toEqual([['A1']]);
  });

  it('read workbooks: cached values of formulas, their text otherwise, dates, booleans, gaps and macros', async () => {
    const content = workbookOf({
      strings: ['Code', 'Title', 'Price', 'Made on', 'Seen at', 'In stock', 'Bike &amp; bell'],
      rows: `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c><c r="E1" t="s"><v>4</v></c><c r="F1" t="s"><v>5</v></c></row>
        <row r="3"><c r="A3" t="inlineStr"><is><t>A1</t></is></c><c r="B3" t="s"><v>6</v></c><c r="C3"><f>1+1.5</f><v>2.5</v></c><c r="D3" s="1"><v>46053</v></c><c r="E3" s="2"><v>46053.5</v></c><c r="F3" t="b"><v>0</v></c></row>
        <row r="4"><c r="A4" t="str"><f>"A"&amp;2</f><v>A2</v></c><c r="B4"><f>UNSAVED()</f></c></row>`,
      more: { 'xl/vbaProject.bin': Buffer.from('macro') },
    });

    const done = await imported(content, {}, 'goods.xlsm');

    expect(done).toMatchObject({ status: 'succeeded', created: 2, rejected: 0 });
    expect(await values('code', 'title', 'price', 'made_on', 'seen_at', 'in_stock')).toEqual([
      ['A1', 'Bike & bell', 2.5, '2026-01-31', '2026-01-31T12:00:00.000Z', false],
      ['A2', '=UNSAVED()', null, null, null, null],
    ]);
  });

  it('know workbooks that count days from 1904', async () => {
    const rows = `<row><c t="inlineStr"><is><t>Code</t></is></c><c t="inlineStr"><is><t>Made on</t></is></c></row><row><c t="str"><v>A1</v></c><c s="1"><v>44591</v></c></row>`;

    await imported(workbookOf({ rows, isFrom1904: true }), {}, 'mac.xlsx');

    expect(await values('made_on')).toEqual([['2026-01-31']]);
  });

  it('pass over a million empty rows', async () => {
    const header = '<row r="1"><c t="str"><v>Code</v></c></row>';
    const empty = Array.from({ length: 1_048_574 }, (_, index) => `<row r="${String(index + 2)}"/>`).join('');
    const last = '<row r="1048576"><c t="str"><v>A1</v></c></row>';

    const done = await imported(workbookOf({ rows: header + empty + last }), {}, 'empty.xlsx');

    expect(done).toMatchObject({ created: 1, rejected: 0 });
  });

  it.each([
    [
      'a bomb',
      workbookOf({ rows: `<row><c t="str"><v>${'0'.repeat(30_000_000)}</v></c></row>` }),
      /value larger than 4 MB/,
    ],
    ['no workbook', zipOf({ 'hello.txt': 'hello' }), /no .xlsx workbook/],
    ['an xlsb workbook', zipOf({ 'xl/workbook.bin': 'x' }), /\.xlsb/],
    ['cut off', Buffer.from(workbookOf({ rows: '<row/>' }).subarray(0, 300)), /damaged/],
    ['protected by a password', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1]), /password/],
    ['empty', Buffer.alloc(0), /is empty/],
    ['blank', Buffer.from('\n\n\n'), /nothing in it/],
    ['of 100,000 columns', Buffer.from('c,'.repeat(99_999)), /more than 1000 columns/],
    ['a line without end', Buffer.alloc(3_000_000, 'x'), /longer than 1 MB/],
    [
      'a quote that is never closed',
      Buffer.from(`Code,Title\nA1,"${'x\n'.repeat(1_000_000)}`),
      /longer than 1 MB/,
    ],
    ['with a quote left open', Buffer.from('Code,Title\nA1,"x\n'), /row 2 is never closed/],
  ])('refuse a file that is %s', async (_, content, why) => {
    const { status, body } = await previewOf(content, 'goods.csv', {
      format: undefined,
    });

    expect([status, body.code]).toEqual([422, 'imports.file_unreadable']);
    expect(body.detail).toMatch(why);
  });

  it('take mixed line ends, a byte order mark, blank lines and quotes within values', async () => {
    const done = await imported('\ufeffCode,Title\r\nA1,5" pipe\nA2,"say ""hi"""\r\n\r\n,\nA3,x\rA4,y');

    expect(done).toMatchObject({ created: 4, rejected: 0 });
    expect(await values('title')).toEqual([['5" pipe'], ['say "hi"'], ['x'], ['y']]);
  });

  it('report ragged rows, NUL, and bytes that are no UTF-8, and keep what is short', async () => {
    const head = Buffer.from(`Code,Title,Price\nA1\nA2,x,1,surplus\nA3,x,1,,\nA4,nul\0,1\n`);
    const done = await imported(
      Buffer.concat([head, Buffer.alloc(70_000, '\n'), Buffer.from([0x41, 0x35, 0x2c, 0xff, 0x0a])]),
    );

    expect(done).toMatchObject({ created: 2, rejected: 3 });
    expect(await reportOf(done.id)).toEqual([
      '3,"","","has 4 cells where there are 3 columns"',
      expect.stringMatching(/^5,"Title","nul.","must not hold NUL or unpaired surrogates"$/),
      expect.stringMatching(/"holds bytes that are no UTF-8"$/),
    ]);
  });

  it.each([
    ['windows-1252', Buffer.from('Code;Title\nA1;Käse für über 5 Äpfel\n', 'latin1')],
    ['utf-16le', Buffer.from('\ufeffCode\tTitle\nA1\tKäse für über 5 Äpfel\n', 'utf16le')],
  ])('read %s', async (encoding, content) => {
    await imported(content, encoding === 'utf-16le' ? {} : { encoding });

    expect(await values('title')).toEqual([['Käse für über 5 Äpfel']]);
  });

  it('tell columns of the same name apart', async () => {
    const { body } = await previewOf('Code,Price,Price,\nA1,1,2,3\n');

    expect(body.columns.map(({ name }) => name)).toEqual(['Code', 'Price', 'Price (2)', 'Column 4']);
    expect(body.warnings).toEqual(['Some columns have the same name: Price (2).']);
  });

  it('make harmless in the report what a program could take for a formula', async () => {
    const done = await imported('Code,Price\nA1,=HYPERLINK("http://x")\nA2, +1+1|calc\nA3,＝1\n');

    expect(await reportOf(done.id)).toEqual([
      `2,"Price","'=HYPERLINK(""http://x"")","must be a number"`,
      `3,"Price","' +1+1|calc","must be a number"`,
      `4,"Price","'＝1","must be a number"`,
    ]);
  });

  it.each<[string, object, string]>([
    ['a key that is not unique', { mode: 'upsert', key: 'title' }, 'key'],
    ['an upsert without a key', { mode: 'upsert' }, 'key'],
    ['a key where nothing is upserted', { mode: 'append', key: 'code' }, 'key'],
    ['a column that is not there', { mapping: { None: 'code' } }, 'mapping.None'],
    ['a field that is not there', { mapping: { Code: 'none' } }, 'mapping.Code'],
    ['a field that is prototype', { mapping: { Code: '__proto__' } }, 'mapping.Code'],
    ['two columns for one field', { mapping: { Code: 'code', Title: 'code' } }, 'mapping'],
    ['an unknown encoding', { encoding: 'klingon' }, 'encoding'],
  ])('refuse %s', async (_, more, path) => {
    const fileId = await sendFile(editor, 'goods.csv', 'Code,Title\nA1,x\n');

    const { status, body } = await editor.call<{ errors: { path: string }[] }>(
      'POST',
      `/v1/tables/${table.id}/import`,
      { fileId, mode: 'append', ...more },
    );

    expect([status, body.errors[0]?.path]).toEqual([422, path]);
  });

  describe('by others', () => {
    it('are not found in another workspace, neither files nor imports nor tables', async () => {
      const fileId = await sendFile(editor, 'goods.csv', 'Code\nA1\n');
      const done = await importFile(editor, table.id, fileId);
      const foreigner = await (await testApp.workspace()).as('owner');
      const own = (await foreigner.send('tables.create', { body: { name: 'Own', fields: FIELDS } })).body;

      const statuses = await Promise.all([
        foreigner.call('POST', `/v1/tables/${own.id}/import`, { fileId, mode: 'append' }),
        foreigner.call('POST', `/v1/tables/${table.id}/import`, { fileId, mode: 'append' }),
        foreigner.call('POST', `/v1/import-files/${fileId}/preview`, {}),
        foreigner.call('DELETE', `/v1/import-files/${fileId}`),
        foreigner.call('GET', `/v1/imports/${done.id}`),
        foreigner.call('GET', `/v1/imports/${done.id}/report`),
        foreigner.call('GET', `/v1/tables/${table.id}/imports`),
      ]);

      expect(statuses.map(({ status }) => status)).toEqual(Array.from({ length: 7 }, () => 404));
    });

    it('are not for those who only read', async () => {
      const viewer = await (await testApp.workspace()).as('viewer');

      const { status } = await viewer.call('POST', '/v1/import-files?name=x.csv', 'x', {
        'content-type': 'application/octet-stream',
      });

      expect(status).toBe(403);
    });
  });

  it.each([
    ['a field that it fills in is gone', 'DELETE', 'title', undefined],
    ['the key of its records may come twice', 'PATCH', 'code', { unique: false }],
  ])('end as outdated when they are retried after %s', async (_what, method, key, change) => {
    const failed = await imported(`Code,Title\n${'A1,New\n'.repeat(3_000)}A2,"never closed\n`, {
      ...{ mode: 'upsert', key: 'code' },
    });
    const jobId = failed.job?.id ?? '';
    const fieldId = table.fields.find((field) => field.key === key)?.id ?? '';
    await editor.call(method, `/v1/tables/${table.id}/fields/${fieldId}`, change);

    const { status } = await editor.call('POST', `/v1/jobs/${jobId}/retry`);

    const { state, error } = await ended(editor, jobId);
    expect([failed.status, status, state, error?.code]).toEqual([
      'failed',
      202,
      'failed',
      'imports.outdated',
    ]);
    expect(await records()).toEqual([]);
  });

  it('can be cancelled, and go on after the last row that was written when they are retried', async () => {
    const rows = Array.from({ length: 40_000 }, (_, index) => `K${String(index)},t`).join('\n');
    const fileId = await sendFile(editor, 'many.csv', `Code,Title\n${rows}\n`);
    const { body: begun } = await editor.send('tableImports.start', {
      tableId: table.id,
      body: { fileId, mode: 'append' },
    });
    const jobId = begun.job?.id ?? '';
    await editor.call('POST', `/v1/jobs/${jobId}/cancel`);
    const { state } = await ended(editor, jobId);
    if (state === 'cancelled') await editor.call('POST', `/v1/jobs/${jobId}/retry`);
    await ended(editor, jobId);

    const { body: done } = await editor.send('imports.get', { importId: begun.id });

    expect(done).toMatchObject({ status: 'succeeded', created: 40_000, rejected: 0 });
    expect((await editor.send('tables.get', { tableId: table.id })).body.recordCount).toBe(40_000);
  });
});
