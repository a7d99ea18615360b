import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Sql } from '#common/database';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import type {
  CreateFieldDto,
  FieldResponse,
  RecordResponse,
  TableResponse,
} from '../support/generated/api.js';
import { ended } from '../support/journey.js';

const FIELDS: CreateFieldDto[] = [
  { name: 'Title', type: 'text', required: true, unique: true },
  { name: 'Price', type: 'number', indexed: true },
  { name: 'Sold', type: 'boolean', default: 'no' },
  { name: 'Made on', type: 'date' },
  { name: 'Seen at', type: 'datetime' },
  { name: 'Kind', type: 'select', options: ['bike', 'boat'] },
  { name: 'Colours', type: 'multi_select', options: ['red', 'blue', 'green'] },
  { name: 'Contact', type: 'email' },
  { name: 'Page', type: 'url' },
  { name: 'Notes', type: 'long_text' },
  { name: 'Extra', type: 'json' },
];

interface Problem {
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

describeOnEachDatabase('hosted tables', (target) => {
  let testApp: TestApp;
  let editor: TestMember;
  let table: TableResponse;
  let path: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    table = (await editor.send('tables.create', { body: { name: 'Stock', fields: FIELDS } })).body;
    path = `/v1/tables/${table.id}/records`;
  });
  afterAll(() => testApp.close());

  const add = async (...records: readonly object[]): Promise<RecordResponse[]> => {
    const body = { records: records.map((fields) => ({ fields })) };
    return (await editor.send('records.create', { tableId: table.id, body: body as never })).body.data;
  };
  const refusalOf = async (method: string, at: string, body: unknown) => {
    const { status, body: problem } = await editor.call<Problem>(method, at, body);
    return { status, code: problem.code, errors: problem.errors };
  };
  const listed = async (query: Readonly<Record<string, unknown>>) => {
    const texts = Object.entries(query).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const { body } = await editor.get<{ data: RecordResponse[]; nextCursor: string | null }>(
      `${path}?${String(new URLSearchParams(texts))}`,
    );
    return body;
  };
  const titlesOf = async (query: Readonly<Record<string, unknown>>) =>
    (await listed(query)).data.map(({ fields }) => fields['title']);
  const fieldOf = (key: string): FieldResponse => {
    const field = table.fields.find((one) => one.key === key);
    if (!field) throw new Error(`There is no field ${key}.`);
    return field;
  };

  it('keep every kind of value as it is, and normalise what can be written in many ways', async () => {
    const values = {
      title: 'Ünïcødé 🚲 "quoted", {braces} \\ and \n lines',
      price: 0.1,
      made_on: '2024-02-29',
      seen_at: '2026-01-31T12:00:00.5+05:30',
      kind: 'bike',
      colours: ['green', 'red'],
      contact: 'Ann@Example.COM',
      page: 'HTTPS://Example.com/a b',
      notes: 'x'.repeat(60_000),
      extra: { deep: [1, null, { 'a "b"': true }] },
    };

    const [made] = await add(values);
    const { body } = await editor.send('records.get', { tableId: table.id, recordId: made?.id ?? '' });

    expect(body).toEqual(made);
    expect(body.fields).toEqual({
      ...values,
      sold: false,
      seen_at: '2026-01-31T06:30:00.500Z',
      contact: 'ann@example.com',
      page: 'https://example.com/a%20b',
    });
  });

  it.each([
    ['price', '5', 'must be a number'],
    ['price', 1e300, 'must lie within'],
    ['sold', 1, 'must be true or false'],
    ['made_on', '2023-02-29', 'must be a date'],
    ['seen_at', '2026-01-31T12:00:00', 'must be a time with a time zone'],
    ['kind', 'car', 'must be one of bike, boat'],
    ['colours', ['red', 'red'], 'must name each option once'],
    ['contact', 'nobody', 'must be an e-mail address'],
    ['page', 'javascript:alert(1)', 'must be an address with http or https'],
    ['title', '', 'is required'],
    ['none', 1, 'is no field of this table; it has title, price'],
  ])('refuse a record whose %s is %j, and all that came with it', async (key, value, message) => {
    const refusal = await refusalOf('POST', path, {
      records: [{ fields: { title: 'fine' } }, { fields: { title: 'other', [key]: value } }],
    });

    expect(refusal).toEqual({
      status: 422,
      code: 'invalid_fields',
      errors: [{ path: `records.1.fields.${key}`, message: expect.stringContaining(message) }],
    });
    expect((await listed({})).data).toEqual([]);
  });

  it('take a thousand records at once, and tell others which they are', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      ...{ title: `n${String(index)}`, price: index, sold: true, kind: 'bike', colours: ['red'], notes: 'x' },
      ...{ made_on: '2026-01-01', contact: `a${String(index)}@example.com`, extra: [index] },
    }));

    const made = await add(...many);

    expect(made.map(({ fields }) => fields['title'])).toEqual(many.map(({ title }) => title));
    expect((await editor.send('tables.get', { tableId: table.id })).body.recordCount).toBe(1_000);
    const told = (await testApp.published('table.records_changed')).filter(
      ({ tableId }) => tableId === table.id,
    );
    expect(told.flatMap(({ recordIds }) => recordIds)).toEqual(made.map(({ id }) => id));
  });

  it('keep a unique value unique, and say where it came twice', async () => {
    await add({ title: 'one' }, { title: 'two' });
    const [three] = await add({ title: 'three' });

    const again = await refusalOf('POST', path, {
      records: [{ fields: { title: 'new' } }, { fields: { title: 'two' } }],
    });
    const within = await refusalOf('POST', path, {
      records: [{ fields: { title: 'x' } }, { fields: { title: 'y' } }, { fields: { title: 'x' } }],
    });
    const changed = await refusalOf('PATCH', `${path}/${three?.id ?? ''}`, { fields: { title: 'one' } });
    const same = await editor.call('PATCH', `${path}/${three?.id ?? ''}`, { fields: { title: 'three' } });

    const taken = { status: 409, code: 'tables.value_taken' };
    expect(again).toMatchObject({ ...taken, errors: [{ path: 'records.1.fields.title' }] });
    expect(within).toMatchObject({
      ...taken,
      errors: [{ path: 'records.2.fields.title', message: 'is the same as records.0.fields.title' }],
    });
    expect(changed).toMatchObject({ ...taken, errors: [{ path: 'fields.title' }] });
    expect(same.status).toBe(200);
    expect(await titlesOf({})).toEqual(['one', 'two', 'three']);
  });

  it('upsert by a unique field, once however many do so at the same time', async () => {
    const upsert = (price: number) =>
      editor.send('records.upsert', {
        tableId: table.id,
        body: {
          key: 'title',
          records: ['a', 'b', 'c'].map((title) => ({ fields: { title, price } })),
        },
      });
    await add({ title: 'b', kind: 'boat', price: 9 });

    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(upsert));

    const made = answers.flatMap(({ body }) => body.data).filter(({ isNew }) => isNew);
    expect(made).toHaveLength(2);
    const { data } = await listed({ sort: 'title' });
    expect(data.map(({ fields }) => [fields['title'], fields['kind']])).toEqual([
      ['a', null],
      ['b', 'boat'],
      ['c', null],
    ]);
    expect(new Set(data.map(({ fields }) => fields['price'])).size).toBe(1);
    expect((await editor.send('tables.get', { tableId: table.id })).body.recordCount).toBe(3);
  });

  it('refuse an upsert whose records differ in their fields, or collide', async () => {
    const at = `${path}/upsert`;
    const differing = await refusalOf('POST', at, {
      key: 'title',
      records: [{ fields: { title: 'a', price: 1 } }, { fields: { title: 'b' } }],
    });
    const colliding = await refusalOf('POST', at, {
      key: 'title',
      records: [{ fields: { title: 'a' } }, { fields: { title: 'a' } }],
    });
    const loose = await refusalOf('POST', at, { key: 'price', records: [{ fields: { title: 'a' } }] });

    expect(differing).toMatchObject({ status: 422, errors: [{ path: 'records.1.fields' }] });
    expect(colliding).toMatchObject({ status: 409, errors: [{ path: 'records.1.fields.title' }] });
    expect(loose).toMatchObject({
      status: 422,
      errors: [{ path: 'key', message: 'is no unique field of this table' }],
    });
  });

  describe('with some records', () => {
    beforeEach(async () => {
      await add(
        { title: 'anchor', price: 5, kind: 'boat', colours: ['red'], notes: 'A rusty anchor, 50% off' },
        { title: 'bell', price: 0.1, kind: 'bike', colours: ['red', 'blue'], made_on: '2026-01-02' },
        { title: 'chain', price: 5, kind: 'bike', sold: true, made_on: '2026-02-03' },
        { title: 'dinghy', kind: 'boat', colours: ['green'], seen_at: '2026-01-31T12:00:00Z' },
        { title: 'Engine', price: 0.2, notes: 'Rusty, too' },
      );
    });

    it.each([
      [{ field: 'price', op: 'eq', value: 5 }, ['anchor', 'chain']],
      [{ field: 'price', op: 'neq', value: 5 }, ['bell', 'dinghy', 'Engine']],
      [{ not: { field: 'price', op: 'gte', value: 5 } }, ['bell', 'dinghy', 'Engine']],
      [{ field: 'price', op: 'in', value: [0.1, 0.2] }, ['bell', 'Engine']],
      [{ field: 'kind', op: 'not_in', value: ['boat'] }, ['bell', 'chain', 'Engine']],
      [{ field: 'notes', op: 'contains', value: 'RUSTY' }, ['anchor', 'Engine']],
      [{ field: 'notes', op: 'contains', value: '0% o' }, ['anchor']],
      [{ field: 'title', op: 'starts_with', value: 'c' }, ['chain']],
      [{ field: 'made_on', op: 'lt', value: '2026-02-01' }, ['bell']],
      [{ field: 'seen_at', op: 'lte', value: '2026-01-31T13:00:00+01:00' }, ['dinghy']],
      [{ field: 'colours', op: 'has_any', value: ['blue', 'green'] }, ['bell', 'dinghy']],
      [{ field: 'colours', op: 'has_all', value: ['blue', 'red'] }, ['bell']],
      [{ field: 'colours', op: 'has_none', value: ['red'] }, ['chain', 'dinghy', 'Engine']],
      [{ field: 'price', op: 'is_empty' }, ['dinghy']],
      [
        {
          or: [
            {
              and: [
                { field: 'kind', op: 'eq', value: 'bike' },
                { not: { field: 'sold', op: 'eq', value: true } },
              ],
            },
            { field: 'price', op: 'is_empty' },
          ],
        },
        ['bell', 'dinghy'],
      ],
    ])('find by %j', async (filter, titles) => {
      expect(await titlesOf({ filter })).toEqual(titles);
    });

    it.each([
      [{ q: 'rusty' }, ['anchor', 'Engine']],
      [{ q: 'rusty -anchor' }, ['Engine']],
      [{ q: "'; drop table hosted_tables; -- !&|()" }, []],
      [{ sort: 'price' }, ['bell', 'Engine', 'anchor', 'chain', 'dinghy']],
      [{ sort: '-price' }, ['dinghy', 'chain', 'anchor', 'Engine', 'bell']],
      [{ sort: '-kind,price' }, ['Engine', 'anchor', 'dinghy', 'bell', 'chain']],
    ])('search and sort by %j', async (query, titles) => {
      expect(await titlesOf(query)).toEqual(titles);
    });

    it.each(['', 'price', '-price', 'kind,-price', '-kind,price', 'sold,-made_on,title'])(
      'are paged one by one as they are in one page, sorted by "%s"',
      async (sort) => {
        const query = sort === '' ? {} : { sort };
        const all = await titlesOf(query);
        const seen: unknown[] = [];
        let cursor: string | null = null;
        do {
          const page = await listed({ ...query, limit: '1', ...(cursor === null ? {} : { cursor }) });
          seen.push(...page.data.map(({ fields }) => fields['title']));
          cursor = page.nextCursor;
        } while (cursor !== null);

        expect(seen).toEqual(all);
        expect(all).toHaveLength(5);
      },
    );

    it('go on after a record that is gone, and take no cursor of another question', async () => {
      const { data, nextCursor } = await listed({ sort: 'price', limit: '2' });
      await editor.send('records.remove', { tableId: table.id, recordId: data[1]?.id ?? '' });
      const cursor = nextCursor ?? '';
      const forged = Buffer.from(Buffer.from(cursor, 'base64url').toString().replace('0.2', 'zero')).toString(
        'base64url',
      );

      expect(await titlesOf({ sort: 'price', cursor })).toEqual(['anchor', 'chain', 'dinghy']);
      for (const query of [
        `sort=-price&cursor=${cursor}`,
        `sort=price&cursor=${forged}`,
        `sort=price&cursor=AAAA`,
      ])
        expect(await refusalOf('GET', `${path}?${query}`, undefined)).toMatchObject({
          status: 422,
          errors: [{ path: 'cursor', message: 'is not a cursor of this list' }],
        });
    });

    it('add up exactly, by groups, and in an order that is asked for', async () => {
      const { body } = await editor.send('records.query', {
        tableId: table.id,
        body: {
          groupBy: [{ field: 'kind' }],
          aggregates: [
            { op: 'count' },
            { op: 'sum', field: 'price' },
            { op: 'max', field: 'made_on', as: 'latest' },
            { op: 'count_distinct', field: 'price', as: 'prices' },
          ],
          orderBy: [{ by: 'sum_price', direction: 'desc' }],
        },
      });
      const sum = await editor.send('records.query', {
        tableId: table.id,
        body: {
          filter: { field: 'title', op: 'in', value: ['bell', 'Engine'] },
          aggregates: [
            { op: 'sum', field: 'price' },
            { op: 'avg', field: 'price' },
          ],
        },
      });

      expect(body).toEqual({
        data: [
          { kind: 'bike', count: 2, sum_price: 5.1, latest: '2026-02-03', prices: 2 },
          { kind: 'boat', count: 2, sum_price: 5, latest: null, prices: 1 },
          { kind: null, count: 1, sum_price: 0.2, latest: null, prices: 1 },
        ],
        isTruncated: false,
      });
      // Not 0.30000000000000004.
      expect(sum.body.data).toEqual([{ sum_price: 0.3, avg_price: 0.15 }]);
    });

    it('group by stretches of time', async () => {
      const { body } = await editor.send('records.query', {
        tableId: table.id,
        body: {
          filter: { field: 'made_on', op: 'is_not_empty' },
          groupBy: [{ field: 'made_on', per: 'month' }],
          limit: 1,
        },
      });

      expect(body).toEqual({ data: [{ made_on: '2026-01-01', count: 1 }], isTruncated: true });
    });

    it.each([
      [{ field: 'price', op: 'eq', value: 'x' }, 'filter.value'],
      [{ field: 'secret', op: 'eq', value: 1 }, 'filter.field'],
      [{ field: 'price; drop table hosted_tables', op: 'eq', value: 1 }, 'filter.field'],
      [{ field: 'price', op: 'like', value: 1 }, 'filter.op'],
      [{ field: 'extra', op: 'eq', value: 1 }, 'filter.op'],
      [{ field: 'price', op: 'is_empty', value: 1 }, 'filter.value'],
      [{ and: [] }, 'filter.and'],
      [{ and: [], or: [] }, 'filter'],
      [[], 'filter'],
      [{ and: Array.from({ length: 101 }, () => ({ field: 'price', op: 'is_empty' })) }, 'filter'],
    ])('refuse the filter %j', async (filter, at) => {
      const query = new URLSearchParams({ filter: JSON.stringify(filter) });

      expect(await refusalOf('GET', `${path}?${String(query)}`, undefined)).toMatchObject({
        status: 422,
        errors: [{ path: at }],
      });
    });

    it('refuse a filter that is nested without end', async () => {
      const deep = `${'{"not":'.repeat(10_000)}{}${'}'.repeat(10_000)}`;
      const short = `${'{"not":'.repeat(200)}{}${'}'.repeat(200)}`;

      const body = await refusalOf('POST', `${path}/query`, `{"filter":${deep}}`);
      const query = await refusalOf('GET', `${path}?filter=${encodeURIComponent(short)}`, undefined);

      expect([body.status, query.status]).toEqual([422, 422]);
    });

    it('remove many at once, or none when one is not there', async () => {
      const { data } = await listed({});
      const [first, second] = data.map(({ id }) => id);
      const missing = await refusalOf('POST', `${path}/remove`, { ids: [first, table.id] });
      const gone = await editor.call('POST', `${path}/remove`, { ids: [first, second] });

      expect(missing).toMatchObject({ status: 422, errors: [{ path: 'ids.1' }] });
      expect(gone.status).toBe(204);
      expect(await titlesOf({})).toEqual(['chain', 'dinghy', 'Engine']);
      expect((await editor.send('tables.get', { tableId: table.id })).body.recordCount).toBe(3);
    });

    it('keep what is in them when fields come, change and go', async () => {
      const tableId = table.id;
      const send = editor.send.bind(editor);
      const { body: stock } = await send('fields.add', {
        tableId,
        body: { name: 'In stock?', type: 'number', default: '3', required: true },
      });
      await send('fields.remove', { tableId, fieldId: fieldOf('notes').id });
      await send('fields.update', {
        tableId,
        fieldId: fieldOf('kind').id,
        body: { name: 'Sort', position: 0 },
      });

      const { data } = await listed({ filter: { field: 'title', op: 'eq', value: 'anchor' } });
      const { fields } = (await send('tables.get', { tableId })).body;

      expect(stock.key).toBe('in_stock');
      expect(data[0]?.fields).toMatchObject({ title: 'anchor', in_stock: 3, kind: 'boat' });
      expect(data[0]?.fields).not.toHaveProperty('notes');
      expect(fields.slice(0, 2).map(({ key }) => key)).toEqual(['title', 'kind']);
      expect(await titlesOf({ q: 'rusty' })).toEqual([]);
    });

    it('refuse what their records do not allow', async () => {
      const at = (key: string): string => `/v1/tables/${table.id}/fields/${fieldOf(key).id}`;

      const refusals = [
        await refusalOf('PATCH', at('price'), { required: true }),
        await refusalOf('PATCH', at('price'), { unique: true }),
        await refusalOf('PATCH', at('kind'), { options: ['bike'] }),
        await refusalOf('PATCH', at('colours'), { options: ['red', 'blue'] }),
        await refusalOf('POST', `/v1/tables/${table.id}/fields`, {
          name: 'New',
          type: 'text',
          required: true,
        }),
      ];

      expect(refusals.map(({ code }) => code)).toEqual(Array(5).fill('tables.field_in_use'));
      expect(await refusalOf('PATCH', at('title'), { default: 'x' })).toMatchObject({ status: 422 });
      expect(await refusalOf('PATCH', at('price'), { default: 'cheap' })).toMatchObject({
        errors: [{ path: 'default' }],
      });
      expect(await titlesOf({ sort: 'price', limit: '1' })).toEqual(['bell']);
    });

    const conversionOf = async (key: string, body: object) => {
      const { body: answer } = await editor.send('fields.convert', {
        ...{ tableId: table.id, fieldId: fieldOf(key).id },
        body: body as never,
      });
      return ended(editor, answer.job.id);
    };

    it('get another type when every value converts', async () => {
      const job = await conversionOf('price', { type: 'text' });
      const { data } = await listed({ filter: { field: 'price', op: 'eq', value: '5' } });

      expect(job).toMatchObject({
        state: 'succeeded',
        result: { outcome: 'converted', misfits: 0 },
      });
      expect(data.map(({ fields }) => fields['price'])).toEqual(['5', '5']);
      expect(await conversionOf('price', { type: 'number' })).toMatchObject({ state: 'succeeded' });
      expect(await titlesOf({ sort: 'price', limit: '1' })).toEqual(['bell']);
    });

    it('stay as they are when a value does not, and tell which', async () => {
      const before = await listed({});

      const dry = await conversionOf('notes', { type: 'number', dryRun: true });
      const failed = await conversionOf('notes', { type: 'number' });

      expect(dry).toMatchObject({
        state: 'succeeded',
        result: { outcome: 'checked', misfits: 2, examples: [{ recordId: before.data[0]?.id }, {}] },
      });
      expect(failed).toMatchObject({ state: 'failed', error: { code: 'tables.values_do_not_convert' } });
      expect(await listed({})).toEqual(before);
      expect(await conversionOf('notes', { type: 'number', emptyMisfits: true })).toMatchObject({
        result: { misfits: 2 },
      });
      expect(await titlesOf({ filter: { field: 'notes', op: 'is_not_empty' } })).toEqual([]);
    });
  });

  it('link to records that there are, and to none when these go', async () => {
    const { body: makers } = await editor.send('tables.create', {
      body: { name: 'Makers', fields: [{ name: 'Name', type: 'text' }] },
    });
    await editor.send('fields.add', {
      tableId: table.id,
      body: { name: 'Maker', type: 'link', linkedTableId: makers.id },
    });
    const { body: made } = await editor.send('records.create', {
      tableId: makers.id,
      body: { records: [{ fields: { name: 'Ann' } }] as never },
    });
    const maker = made.data[0]?.id ?? '';

    const [bike] = await add({ title: 'bike', maker });
    const unknown = await refusalOf('POST', path, { records: [{ fields: { title: 'x', maker: table.id } }] });
    const linked = await refusalOf('DELETE', `/v1/tables/${makers.id}`, undefined);
    await editor.send('records.remove', { tableId: makers.id, recordId: maker });

    expect(bike?.fields['maker']).toBe(maker);
    expect(unknown).toMatchObject({ status: 422, errors: [{ path: 'records.0.fields.maker' }] });
    expect(linked).toMatchObject({ status: 409, code: 'tables.linked' });
    expect((await listed({})).data[0]?.fields['maker']).toBeNull();
  });

  it('leave nothing behind when they or their workspace are deleted', async () => {
    const sql = testApp.app.get(Sql, { strict: false });
    const kept = async () =>
      (
        await sql.acrossWorkspaces<{ name: string }>(
          'looks for storage',
          `select relname as name from pg_class c join pg_namespace n on n.oid = relnamespace
           where nspname = 'hosted' and relkind = 'r' and relname = ?`,
          [`t_${table.id.replaceAll('-', '')}`],
        )
      ).length;
    const { body: other } = await editor.send('tables.create', { body: { name: 'Other', fields: [] } });
    await editor.send('tables.remove', { tableId: other.id });

    expect(await testApp.published('table.deleted')).toContainEqual({ tableId: other.id });
    expect(await kept()).toBe(1);
    await sql.acrossWorkspaces('deletes a workspace', 'delete from workspaces where id = ?', [
      editor.actor.workspaceId,
    ]);
    expect(await kept()).toBe(0);
  });

  it('change while they are written to and read, without a failure', async () => {
    const writing = Array.from({ length: 20 }, (_, index) =>
      add({ title: `w${String(index)}`, price: index }),
    );
    const reading = Array.from({ length: 20 }, () => editor.get(`${path}?sort=price`));
    const changing = Array.from({ length: 6 }, async (_, index) => {
      const { body } = await editor.send('fields.add', {
        tableId: table.id,
        body: { name: `Extra ${String(index)}`, type: 'text', indexed: true },
      });
      await editor.send('fields.remove', { tableId: table.id, fieldId: body.id });
    });

    const [pages] = await Promise.all([Promise.all(reading), Promise.all(writing), Promise.all(changing)]);

    expect(pages.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await listed({ limit: '100' })).data).toHaveLength(20);
  });
});
