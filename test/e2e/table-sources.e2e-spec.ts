import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { CreateDatasourceDto, RecordResponse, StartedSyncResponse } from '../support/generated/api.js';
import { ask, createBot, ended, messagesOf, openConversation } from '../support/journey.js';

const STOCK = [
  { title: 'Harbour Roadster', kind: 'bike', price: 450, sold: false, secret: 'margin 30' },
  { title: 'Mountain Goat', kind: 'bike', price: 900.5, sold: true, secret: 'margin 45' },
  { title: 'Quiet Canoe', kind: 'boat', price: 1200, sold: false, secret: 'margin 10' },
];
const call = (id: string, args: object) => ({
  ...{ id, name: 'query_table' },
  arguments: { table: 'Stock', ...args } as Record<string, unknown>,
});
/** A model that asks the table in one round, and answers in the next. */
const asking = (provider: string, ...calls: readonly object[]) =>
  new FakeChatModel(
    provider,
    { texts: [], toolCalls: calls.map((args, index) => call(`call_${index}`, args)) },
    { texts: ['So it is [1][2].'] },
  );

const BIKES = { field: 'kind', op: 'eq', value: 'bike' };

describeOnEachDatabase('a hosted table as a source', (target) => {
  const counting = asking('counting', {
    filter: BIKES,
    aggregates: [{ op: 'count' }, { op: 'sum', field: 'price' }],
  });
  const listing = asking('listing', { filter: BIKES, orderBy: [{ by: 'price', direction: 'desc' }] });
  const prying = asking(
    'prying',
    { filter: { field: 'secret', op: 'contains', value: 'margin' } },
    { aggregates: [{ op: 'max', field: 'secret' }] },
    { filter: { field: 'kind', op: 'like', value: '%' } },
    { table: 'Payroll' },
  );
  const seeing = asking('seeing', {});
  let testApp: TestApp;
  let editor: TestMember;
  let tableId: string;
  let records: RecordResponse[];

  beforeAll(async () => {
    testApp = await createTestApp({ target, chatModels: [counting, listing, prying, seeing] });
  });
  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    const { body: table } = await editor.send('tables.create', {
      body: {
        name: 'Stock',
        fields: [
          { name: 'Title', type: 'text', required: true },
          { name: 'Kind', type: 'select', options: ['bike', 'boat'] },
          { name: 'Price', type: 'number' },
          { name: 'Sold', type: 'boolean' },
          { name: 'Secret', type: 'text' },
        ],
      },
    });
    tableId = table.id;
    const body = { records: STOCK.map((fields) => ({ fields })) };
    records = (await editor.send('records.create', { tableId, body })).body.data;
  });
  afterAll(() => testApp.close());

  const addTable = async (
    more: Partial<Omit<CreateDatasourceDto, 'type'>> = {},
  ): Promise<StartedSyncResponse> => {
    const body = {
      type: 'table',
      tableId,
      tableFields: ['title', 'kind', 'price', 'sold'],
      ...more,
    } as const;
    const { body: source } = await editor.send('datasources.create', { body: body as never });
    expect(await ended(editor, source.job.id)).toMatchObject({ state: 'succeeded' });
    return source;
  };
  const search = async (botId: string, query: string) =>
    (await editor.send('bots.search', { botId, body: { query } })).body.data;
  const passages = async (datasourceId: string) => {
    const { body: documents } = await editor.send('datasources.listDocuments', { datasourceId });
    const documentId = documents.data[0]?.id ?? '';
    return (await editor.send('datasources.listChunks', { datasourceId, documentId })).body.data;
  };
  const chat = async ({ provider }: FakeChatModel) => {
    const retrieval = { topK: 1 };
    const { id } = await createBot(editor, { model: { provider, name: 'any' }, retrieval });
    await addTable({ botIds: [id] });
    const conversationId = await openConversation(editor, id);
    const { body } = await ask(editor, conversationId, 'What about the Quiet Canoe?');
    const tools = (await messagesOf(editor, conversationId)).filter(({ role }) => role === 'tool');
    return { answer: body.answer, tools };
  };

  it('has a passage for each record, which names its fields and is cited by the record', async () => {
    const bot = await createBot(editor);
    const source = await addTable({ botIds: [bot.id] });

    const [best] = await search(bot.id, 'Quiet Canoe');
    const conversationId = await openConversation(editor, bot.id);
    const { answer } = (await ask(editor, conversationId, 'What is the price of the Quiet Canoe?')).body;

    expect((await editor.send('datasources.get', { datasourceId: source.id })).body).toMatchObject({
      ...{ type: 'table', name: 'Stock', status: 'ready', documentCount: 1, chunkCount: 3 },
      table: { tableId, fields: ['title', 'kind', 'price', 'sold'], template: null },
    });
    expect(best).toMatchObject({
      ...{ rowId: records[2]?.id, title: 'Stock' },
      text: 'Title: Quiet Canoe\nKind: boat\nPrice: 1200\nSold: no',
    });
    expect(answer).toMatchObject({ answered: true, citations: [{ rowId: records[2]?.id }] });
  });

  it('finds a record by the number in its name, which is in the dates of others', async () => {
    const bot = await createBot(editor);
    const { body: table } = await editor.send('tables.create', {
      body: {
        name: 'Bikes',
        fields: [
          { name: 'Name', type: 'text' },
          { name: 'Price', type: 'number' },
          { name: 'Since', type: 'date' },
          { name: 'Seen', type: 'datetime' },
        ],
      },
    });
    const bikes = Array.from({ length: 60 }, (_, index) => {
      const day = String(1 + (index % 28)).padStart(2, '0');
      const [since, seen] = [`2025-03-${day}`, `2026-01-02T10:${day}:00Z`];
      return { fields: { name: `Bike ${String(index)}`, price: 200 + index * 5.5, since, seen } };
    });
    await editor.send('records.create', { tableId: table.id, body: { records: bikes } });
    const source = { type: 'table', tableId: table.id, botIds: [bot.id] };
    const { body: started } = await editor.send('datasources.create', { body: source as never });
    await ended(editor, started.job.id);

    const [best] = await search(bot.id, 'What does Bike 17 cost?');
    const conversationId = await openConversation(editor, bot.id);
    const { answer } = (await ask(editor, conversationId, 'What does Bike 17 cost?')).body;

    expect(best?.text).toContain('Name: Bike 17\nPrice: 293.5');
    expect(answer?.content).toMatch(/^Name: Bike 17 Price: 293\.5 [^\n]*$/);
  });

  it('prints records as its template says', async () => {
    const source = await addTable({ rowTemplate: '{title} ({kind}) costs {price} euros.' });

    expect((await passages(source.id)).map(({ text }) => text)).toEqual([
      'Harbour Roadster (bike) costs 450 euros.',
      'Mountain Goat (bike) costs 900.5 euros.',
      'Quiet Canoe (boat) costs 1200 euros.',
    ]);
  });

  it('follows the records by itself, and touches no passage but theirs', async () => {
    const source = await addTable();
    const before = await passages(source.id);
    const [first, second, third] = records.map(({ id }) => id);

    await editor.send('records.update', { tableId, recordId: first ?? '', body: { fields: { price: 475 } } });
    await editor.send('records.remove', { tableId, recordId: second ?? '' });
    await editor.send('records.create', { tableId, body: { records: [{ fields: { title: 'Tin Boat' } }] } });
    const after = await eventually(
      () => passages(source.id),
      (found) => found.length === 3 && found.some(({ text }) => text === 'Title: Tin Boat'),
    );

    expect(after.find(({ id }) => id === before[0]?.id)?.text).toContain('Price: 475');
    expect(after.find(({ id }) => id === before[2]?.id)).toEqual(before[2]);
    expect(third).toBeDefined();
    const counted = await eventually(
      async () => (await editor.send('datasources.get', { datasourceId: source.id })).body,
      ({ status }) => status === 'ready',
    );
    expect(counted.chunkCount).toBe(3);
  });

  it('follows imports, which may replace all of its records', async () => {
    const source = await addTable();
    const { body: file } = await editor.call<{ id: string }>(
      ...(['POST', '/v1/import-files?name=stock.csv', 'Title,Price\nIron Horse,70\n'] as const),
      { 'content-type': 'text/csv' },
    );

    const { body } = await editor.send('tableImports.start', {
      tableId,
      body: { fileId: file.id, mode: 'replace' },
    });
    await ended(editor, body.job?.id ?? '');

    const found = await eventually(
      () => passages(source.id),
      (all) => all.length === 1,
    );
    expect(found[0]?.text).toBe('Title: Iron Horse\nPrice: 70');
  });

  it('reads all of it when a field is renamed or asked for', async () => {
    const source = await addTable();
    const { body: table } = await editor.send('tables.get', { tableId });
    const fieldId = table.fields[2]?.id ?? '';

    await editor.send('fields.update', { tableId, fieldId, body: { name: 'Euros' } });
    await eventually(
      () => passages(source.id),
      (found) => found.every(({ text }) => text.includes('Euros: ')),
    );
    const syncAgain = async () => {
      const { body } = await editor.send('datasources.sync', { datasourceId: source.id });
      return (await ended(editor, body.job.id)).result;
    };
    // The first may join the job that reads the new name, which then reads twice.
    const result = await eventually(syncAgain, (one) => one?.['unchanged'] === 3, 30_000);

    expect(result).toEqual({ added: 0, changed: 0, unchanged: 3, gone: 0 });
  });

  it('shows what is chosen later from then on', async () => {
    const source = await addTable();

    await editor.send('datasources.update', { datasourceId: source.id, body: { tableFields: ['title'] } });

    await eventually(
      () => passages(source.id),
      (found) => found.every(({ text }) => /^Title: [\w ]+$/.test(text)),
    );
  });

  it('answers how many and how much exactly, and cites what was asked', async () => {
    const { answer, tools } = await chat(counting);

    expect(tools[0]?.tool).toMatchObject({ name: 'query_table', error: null });
    expect(tools[0]?.content).toContain('count is 2, sum_price is 1350.5');
    expect(answer.citations).toContainEqual(
      expect.objectContaining({ quote: expect.stringContaining('count is 2') }),
    );
  });

  it('lists the records that fit, and cites each of them', async () => {
    const { tools } = await chat(listing);

    const said = tools[0]?.content ?? '';
    expect(said).toContain('2 records fit the filter');
    expect(said.indexOf('Mountain Goat')).toBeLessThan(said.indexOf('Harbour Roadster'));
    expect(said).not.toContain('margin');
  });

  it('tells nothing of what the source does not show, and says what is wrong', async () => {
    const { tools } = await chat(prying);

    expect(tools.map(({ tool }) => tool?.error)).toEqual([
      expect.stringMatching(/filter.field .*title, kind, price, sold/),
      expect.stringMatching(/aggregates.0.field /),
      expect.stringMatching(/filter.op must be one of/),
      'There is no such table; there are Stock.',
    ]);
    expect(JSON.stringify(tools)).not.toContain('margin 45');
  });

  it('describes to the model the fields that are shown, as data', async () => {
    await chat(seeing);

    const [declaration] = seeing.requests.at(-1)?.tools ?? [];
    expect(declaration?.description).toContain(
      '- Stock (3 records). Fields: title "Title" (text); kind "Kind" (select: bike, boat); price "Price" (number); sold "Sold" (boolean).',
    );
    expect(declaration?.description).not.toContain('secret');
  });

  it('answers plain questions without a model, exactly or not at all', async () => {
    const bot = await createBot(editor);
    await addTable({ botIds: [bot.id] });
    const conversationId = await openConversation(editor, bot.id);
    const answerTo = async (question: string) => (await ask(editor, conversationId, question)).body.answer;

    expect(await answerTo('How many bikes have a price above 500?')).toMatchObject({
      content: expect.stringMatching(
        /^The number of records of Stock with Kind bike and with Price above 500 is 1 \[\d+\]\.$/,
      ),
      answered: true,
      citations: [{ title: 'Stock', quote: expect.stringContaining('is 1.') }],
    });
    expect((await answerTo('What is the total price of the bikes?')).content).toContain(' is 1350.5 [');
    expect(await answerTo('Which boats are not sold?')).toMatchObject({
      content: expect.stringContaining('Title: Quiet Canoe'),
      citations: [{ rowId: records[2]?.id }],
    });
    expect(await answerTo('How many bikes did Anna buy?')).toMatchObject({ answered: false, citations: [] });
  });

  it('leaves to a text what a text says, although it sounds like a question about the table', async () => {
    const bot = await createBot(editor);
    await addTable({ botIds: [bot.id] });
    const content = 'You may keep a bike for fourteen days, and have to bring it back clean.';
    const { body: text } = await editor.send('datasources.create', {
      body: { type: 'text', name: 'Rules', content, botIds: [bot.id] },
    });
    await ended(editor, text.job.id);
    const conversationId = await openConversation(editor, bot.id);

    const { answer } = (await ask(editor, conversationId, 'How many days may I keep a bike?')).body;

    expect(answer.content).toContain('fourteen days');
  });

  it('goes with its table', async () => {
    const source = await addTable();

    await editor.send('tables.remove', { tableId });

    expect((await editor.get(`/v1/datasources/${source.id}`)).status).toBe(404);
  });

  it('refuses tables and fields that are not there, and those of other workspaces', async () => {
    const stranger = await (await testApp.workspace()).as('editor');
    const refused = async (client: TestMember, body: object) => {
      const answer = await client.call<{ errors: { path: string; message: string }[] }>(
        ...(['POST', '/v1/datasources', { type: 'table', ...body }] as const),
      );
      return [answer.status, answer.body.errors.map(({ path }) => path)];
    };

    expect(await refused(stranger, { tableId })).toEqual([422, ['tableId']]);
    expect(await refused(editor, {})).toEqual([422, ['tableId']]);
    expect(await refused(editor, { tableId, tableFields: ['nobody'] })).toEqual([422, ['tableFields']]);
    expect(await refused(editor, { tableId, tableFields: ['title'], rowTemplate: '{price}' })).toEqual([
      422,
      ['rowTemplate'],
    ]);
    expect(await refused(editor, { tableId, url: 'https://example.com/' })).toEqual([422, ['url']]);
  });
});
