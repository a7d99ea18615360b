import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { parquetReadObjects, parquetSchema, parquetMetadata } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { exported, exportFile, linesOf } from '../support/exports.js';
import type { CreateExportDto } from '../support/generated/api.js';
import { ask, createBot, openConversation } from '../support/journey.js';
import { KINDS, runInsights } from '../support/insights.js';
import { eventually } from '../support/eventually.js';

describeOnEachDatabase('exports of all resources', (target) => {
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let editor: TestMember;
  let analyst: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    workspace = await testApp.workspace();
    editor = await workspace.as('editor');
    analyst = await workspace.as('analyst');
  });
  afterAll(() => testApp.close());

  const goods = async (): Promise<string> => {
    const fields = [
      { name: 'Title', type: 'text' },
      { name: 'Price', type: 'number' },
      { name: 'Sold', type: 'boolean' },
      { name: 'Since', type: 'datetime' },
      { name: 'Day', type: 'date' },
      { name: 'Sizes', type: 'multi_select', options: ['S', 'M'] },
      { name: 'More', type: 'json' },
    ] as const;
    const { body } = await editor.send('tables.create', {
      body: { name: 'Goods', fields: fields.map((field) => ({ ...field })) as never },
    });
    const records = [
      {
        title: 'Lamp',
        price: 12.5,
        sold: true,
        since: '2026-01-31T12:00:00Z',
        day: '2026-01-31',
        sizes: ['S', 'M'],
      },
      { title: '=1+1', price: 1e-7, more: { a: [1] } },
      { title: 'Table', price: 200 },
    ];
    await editor.send('records.create', {
      tableId: body.id,
      body: { records: records.map((fields) => ({ fields })) },
    });
    return body.id;
  };
  const refusal = async (body: Partial<CreateExportDto>) => {
    const answer = await analyst.call('POST', '/v1/exports', { format: 'csv', ...body });
    return [answer.status, (answer.body as { errors?: readonly { path: string }[] }).errors?.[0]?.path];
  };

  it('have the records of a table with their types, in the order in which they were made', async () => {
    const tableId = await goods();

    const { bytes, export: one } = await exportFile(analyst, { resource: 'table', format: 'jsonl', tableId });
    const columnar = await exportFile(analyst, { resource: 'table', format: 'parquet', tableId });

    expect(linesOf(bytes)).toMatchObject([
      {
        ...{ title: 'Lamp', price: 12.5, sold: true, since: '2026-01-31T12:00:00.000Z', day: '2026-01-31' },
        ...{ sizes: ['S', 'M'], more: null },
      },
      { title: '=1+1', price: 1e-7, sold: null, more: { a: [1] } },
      { title: 'Table' },
    ]);
    expect(one).toMatchObject({ tableId, rows: 3, watermark: null });
    expect(one.fileName).toMatch(/^Goods-\d{4}-\d\d-\d\d\.jsonl$/);
    const file = Uint8Array.from(columnar.bytes).buffer;
    const types = parquetSchema(parquetMetadata(file)).children.map(({ element }) => [
      element.name,
      element.type,
    ]);
    expect(types).toEqual(
      expect.arrayContaining([
        ['price', 'DOUBLE'],
        ['sold', 'BOOLEAN'],
        ['since', 'INT64'],
      ]),
    );
    expect((await parquetReadObjects({ file, compressors }))[0]).toMatchObject({ price: 12.5, sold: true });
  });

  it('leave out the records that do not fit', async () => {
    const tableId = await goods();
    const recordFilter = { field: 'title', op: 'starts_with', value: 'T' };

    const { bytes, export: one } = await exportFile(analyst, {
      ...{ resource: 'table', format: 'jsonl', tableId, columns: ['title'] },
      recordFilter,
    });

    expect(one.recordFilter).toEqual(recordFilter);
    expect(bytes.toString()).toBe('{"title":"Table"}\n');
  });

  it('have the calls of models, and with a watermark the new ones only', async () => {
    const { id: botId } = await createBot(editor);
    const conversationId = await openConversation(editor, botId);
    await ask(editor, conversationId, 'First?');

    const first = await exportFile(analyst, { resource: 'usage', format: 'jsonl', filter: { botId } });
    await ask(editor, conversationId, 'Second?');
    const next = await exportFile(analyst, {
      ...{ resource: 'usage', format: 'jsonl', filter: { botId }, since: String(first.export.watermark) },
    });
    const none = await exportFile(analyst, {
      ...{ resource: 'usage', format: 'jsonl', filter: { to: '2020-01-01T00:00:00Z' } },
    });

    const ids = [first, next].map(({ bytes }) => linesOf(bytes).map(({ id }) => id));
    const { body: usage } = await analyst.send('usage.report', { botId });
    expect(ids.flat()).toHaveLength(usage.totals.calls);
    expect(new Set(ids.flat()).size).toBe(usage.totals.calls);
    expect(ids.every((some) => some.length > 0)).toBe(true);
    expect(linesOf(first.bytes)[0]).toMatchObject({ botId, conversationId, outcome: 'answered' });
    expect(none.export.rows).toBe(0);
  });

  it('have the topics of a bot with what was asked about each, as the list has them', async () => {
    const { id: botId } = await createBot(editor);
    for (const question of Object.values(KINDS).flatMap((kind) => kind.slice(0, 5)))
      await ask(editor, await openConversation(editor, botId, { externalUserId: question }), question);
    await runInsights(editor, botId);

    const { bytes } = await exportFile(analyst, { resource: 'topics', format: 'jsonl', filter: { botId } });

    const { body: listed } = await analyst.send('insights.topics', { botId, limit: 200 });
    const told = listed.data.map(({ id, name, figures }) => [id, name, figures.questions]);
    expect(told.length).toBeGreaterThan(0);
    expect(linesOf(bytes).map(({ id, name, questions }) => [id, name, questions])).toEqual(told);
  });

  it('take the filter of the list of conversations', async () => {
    const { id: botId } = await createBot(editor);
    const [first, second] = [await openConversation(editor, botId), await openConversation(editor, botId)];
    await ask(editor, first, 'The warranty of the lamp?');
    await ask(editor, second, 'Where are you?');
    await analyst.send('inbox.update', {
      conversationId: first,
      body: { tags: ['billing'], assigneeId: analyst.user.id },
    });

    const found = async (filter: CreateExportDto['filter']) =>
      linesOf((await exportFile(analyst, { resource: 'conversations', format: 'jsonl', filter })).bytes).map(
        ({ id }) => id,
      );

    expect(await found({ tag: 'billing' })).toEqual([first]);
    expect(await found({ assignedTo: 'me' })).toEqual([first]);
    expect(await found({ assignedTo: 'nobody' })).toEqual([second]);
    // Words can be found soon after they were said.
    expect(
      await eventually(
        () => found({ q: 'warranty -sofa' }),
        ({ length }) => length > 0,
      ),
    ).toEqual([first]);
    expect(await found({ unread: true, minMessages: 2, hasError: false })).toHaveLength(2);
    expect(await found({ status: 'archived' })).toEqual([]);
  });

  it('refuse what means nothing to them', async () => {
    const tableId = await goods();
    const stranger = await (await testApp.workspace()).as('owner');
    const { id: botId } = await createBot(stranger);
    const foreign = await stranger.send('tables.create', { body: { name: 'Foreign' } });

    expect(await refusal({ resource: 'table' })).toEqual([422, 'tableId']);
    expect(await refusal({ resource: 'usage', tableId })).toEqual([422, 'tableId']);
    expect(await refusal({ resource: 'messages', recordFilter: {} })).toEqual([422, 'recordFilter']);
    expect(await refusal({ resource: 'table', tableId, recordFilter: {} })).toEqual([422, 'recordFilter']);
    expect(await refusal({ resource: 'table', tableId, filter: { tag: 'x' } })).toEqual([422, 'filter.tag']);
    expect(await refusal({ resource: 'usage', filter: { rating: 'up' } })).toEqual([422, 'filter.rating']);
    expect(await refusal({ resource: 'topics' })).toEqual([422, 'filter.botId']);
    expect(await refusal({ resource: 'topics', filter: { botId } })).toEqual([422, 'filter.botId']);
    expect(await refusal({ resource: 'table', tableId, since: 'x' })).toEqual([422, 'since']);
    expect(await refusal({ resource: 'table', tableId: foreign.body.id })).toEqual([404, undefined]);
  });

  it('can be cancelled by whoever can make them, and by nobody else', async () => {
    const { body: one } = await analyst.send('exports.create', {
      body: { resource: 'messages', format: 'csv' },
    });
    const stranger = await (await testApp.workspace()).as('owner');
    const viewer = await workspace.as('viewer');
    const path = `/v1/exports/${one.id}/cancel`;

    const [foreign, weak] = [await stranger.call('POST', path), await viewer.call('POST', path)];
    const { status, body } = await analyst.call('POST', path);

    expect([foreign.status, weak.status]).toEqual([404, 403]);
    // It may have been through already.
    const ended = await exported(analyst, { resource: 'messages', format: 'csv' });
    const late = await analyst.call('POST', `/v1/exports/${ended.id}/cancel`);
    expect([status, body]).toMatchObject(
      status === 200 ? [200, { id: one.id }] : [409, { code: 'jobs.already_finished' }],
    );
    expect([late.status, late.body]).toMatchObject([409, { code: 'jobs.already_finished' }]);
  });
});
