import type pg from 'pg';
import { type ApiCall, Installation, signUp } from './support/installation.js';

interface Table {
  readonly id: string;
  readonly fields: readonly { readonly id: string; readonly key: string }[];
}

interface Page {
  readonly nextCursor: string | null;
}

const CALLS = 100;
const DEEP_PAGES = 20;

/** The storage is named by ids; the columns are those of the fields, in their order. */
async function fill(client: pg.Client, { id, fields }: Table, count: number): Promise<Map<string, string>> {
  const { rows } = await client.query<{ key: string; column: string }>(
    'select key, column_name as column from hosted_fields where table_id = $1',
    [id],
  );
  const columns = new Map(rows.map(({ key, column }) => [key, column]));
  const names = fields.map(({ key }) => columns.get(key) ?? '').join(', ');
  await client.query(
    `insert into ${storageOf(id)} (id, workspace_id, created_at, updated_at, ${names})
     select gen_random_uuid(), t.workspace_id, now(), now(), 'sku-' || n, 'A thing of the kind ' || n % 1000,
       (random() * 1000)::numeric(8, 2), 'group ' || n % 20, date '2026-01-01' - n % 1000
     from hosted_tables t, generate_series(1, ${String(count)}) n where t.id = $1`,
    [id],
  );
  await client.query('update hosted_tables set record_count = $2 where id = $1', [id, count]);
  await client.query('vacuum analyze');
  return columns;
}

function storageOf(id: string): string {
  return `hosted.t_${id.replaceAll('-', '')}`;
}

async function timesOf(act: () => Promise<unknown>): Promise<{ median: number; p95: number }> {
  const times: number[] = [];
  for (let index = 0; index < CALLS; index += 1) {
    const before = performance.now();
    await act();
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  return { median: times[CALLS / 2] ?? 0, p95: times[Math.floor(CALLS * 0.95)] ?? 0 };
}

async function deepCursor(call: ApiCall, path: string): Promise<string> {
  let cursor = '';
  for (let page = 0; page < DEEP_PAGES; page += 1) {
    const { nextCursor } = await call<Page>('GET', `${path}&limit=200${cursor && `&cursor=${cursor}`}`);
    cursor = nextCursor ?? cursor;
  }
  return cursor;
}

/**
 * What reading takes: filtered and sorted pages, the first and one from deep inside, a search, and sums by groups, which
 * are compared with bare SQL on the same table.
 */
export async function measureQueries(count: number): Promise<void> {
  const installation = await Installation.open({ LOG_LEVEL: 'warn' });
  const { url } = await installation.startApi();
  const { call } = await signUp(url);
  const table = await call<Table>('POST', '/v1/tables', {
    name: 'Goods',
    fields: [
      { name: 'Code', type: 'text', unique: true, required: true },
      { name: 'Title', type: 'text' },
      { name: 'Price', type: 'number', indexed: true },
      { name: 'Kind', type: 'text', indexed: true },
      { name: 'Made on', type: 'date', indexed: true },
    ],
  });
  await installation.withDatabase(async (client) => {
    const begun = performance.now();
    const columns = await fill(client, table, count);
    console.log(`${String(count)} records written in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
    const records = `/v1/tables/${table.id}/records`;
    const filter = encodeURIComponent(JSON.stringify({ field: 'price', op: 'gte', value: 500 }));
    const paths = new Map([
      ['in order of making', `${records}?limit=50`],
      ['sorted', `${records}?limit=50&sort=-price`],
      ['filtered, sorted', `${records}?limit=50&sort=price&filter=${filter}`],
      ['searched', `${records}?limit=50&q=kind+777`],
    ]);
    for (const [name, path] of paths) {
      const cursor = await deepCursor(call, path.replace('limit=50&', '').replace('?limit=50', '?'));
      report(`page, ${name}`, await timesOf(() => call('GET', path)));
      report(`deep page, ${name}`, await timesOf(() => call('GET', `${path}&cursor=${cursor}`)));
    }
    const [kind, price] = ['kind', 'price'].map((key) => columns.get(key) ?? '');
    const question = { groupBy: [{ field: 'kind' }], aggregates: [{ op: 'sum', field: 'price' }] };
    const asked = await timesOf(() => call('POST', `${records}/query`, question));
    const bare = await timesOf(() =>
      client.query(`select ${kind}, sum(${price}) from ${storageOf(table.id)} group by 1 order by 1`),
    );
    report('sum by groups', asked);
    report('the same in bare SQL', bare);
    console.log(`sum by groups takes x ${(asked.median / bare.median).toFixed(2)} of bare SQL`);
  });
  await installation.close();
}

function report(name: string, { median, p95 }: { median: number; p95: number }): void {
  console.log(
    `${name.padEnd(32)} median ${median.toFixed(1).padStart(8)} ms   p95 ${p95.toFixed(1).padStart(8)} ms`,
  );
}
