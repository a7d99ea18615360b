/**
 * How long it takes from the commit of a record's change until a search finds it.
 *
 *     npm run bench:fresh [-- --changes 100] [-- --records 2000]
 *
 * A table of so many records is a source, read by a worker. One record after the other gets a word that no other has; the
 * clock runs from the answer to that change until the word is found. On the Postgres and Redis of DATABASE_URL and
 * REDIS_URL, with the local model.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type ApiCall, Installation, signUp } from './support/installation.js';
import { percentilesOf } from './support/load.js';

const { values } = parseArgs({
  options: { changes: { type: 'string', default: '100' }, records: { type: 'string', default: '2000' } },
});
const CHANGES = Number(values.changes);
const RECORDS = Number(values.records);
const BATCH = 500;
const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 30_000;

interface Started {
  readonly id: string;
  readonly job: { readonly id: string };
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Not within ${PATIENCE_MS} ms.`);
    await sleep(LOOK_EVERY_MS);
  }
}

async function fill(call: ApiCall, tableId: string): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < RECORDS; from += BATCH) {
    const records = Array.from({ length: Math.min(BATCH, RECORDS - from) }, (_, index) => ({
      fields: { title: `Lamp number ${from + index}`, notes: 'A lamp with a shade that can be wiped.' },
    }));
    const made = await call<{ data: { id: string }[] }>('POST', `/v1/tables/${tableId}/records`, { records });
    ids.push(...made.data.map(({ id }) => id));
  }
  return ids;
}

const installation = await Installation.open();
const api = await installation.startApi();
await installation.startWorker();
const { call } = await signUp(api.url);
const { id: tableId } = await call<{ id: string }>('POST', '/v1/tables', {
  name: 'Lamps',
  fields: [
    { name: 'Title', type: 'text' },
    { name: 'Notes', type: 'long_text' },
  ],
});
const ids = await fill(call, tableId);
const { id: botId } = await call<{ id: string }>('POST', '/v1/bots', { name: 'Bench' });
const source = await call<Started>('POST', '/v1/datasources', { type: 'table', tableId, botIds: [botId] });
await until(async () => {
  const { state } = await call<{ state: string }>('GET', `/v1/jobs/${source.job.id}`);
  return state === 'succeeded';
});

const tookMs: number[] = [];
for (let index = 0; index < CHANGES; index += 1) {
  const word = `zyx${index.toString(36)}qua${(index * 7_919).toString(36)}`;
  const recordId = ids[(index * 37) % ids.length] ?? '';
  await call('PATCH', `/v1/tables/${tableId}/records/${recordId}`, { fields: { notes: `A ${word} lamp.` } });
  const changedAt = performance.now();
  await until(async () => {
    const { data } = await call<{ data: { text: string }[] }>('POST', `/v1/bots/${botId}/search`, {
      ...{ query: word, topK: 1 },
    });
    return data[0]?.text.includes(word) ?? false;
  });
  tookMs.push(performance.now() - changedAt);
}
const { p50, p99 } = percentilesOf(tookMs);
const p95 = tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length * 0.95)] ?? 0;
console.log(
  `${CHANGES} changes in a table of ${RECORDS} records, from commit until found (target p95 2000 ms)`,
);
console.log(`p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`);
await installation.close();
