import { appendFileSync, mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { workbookOf } from '../test/support/workbook.js';
import type { Child } from './support/child.js';
import { type ApiCall, Installation, signUp } from './support/installation.js';

interface Table {
  readonly id: string;
  readonly fields: readonly { readonly key: string }[];
}

interface Import {
  readonly id: string;
  readonly status: string;
  readonly created: number;
  readonly rejected: number;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

const FIELDS = [
  { name: 'Code', type: 'text', unique: true },
  { name: 'Title', type: 'text' },
  { name: 'Price', type: 'number' },
  { name: 'Kind', type: 'text' },
  { name: 'Made on', type: 'date' },
  { name: 'Seen at', type: 'datetime' },
  { name: 'Sold', type: 'boolean' },
  { name: 'Maker', type: 'text' },
  { name: 'Weight', type: 'number' },
  { name: 'Notes', type: 'text' },
];

function rowOf(index: number): readonly string[] {
  return [
    ...[`sku-${String(index)}`, `A thing of the kind ${String(index % 1_000)}`, (index / 7).toFixed(2)],
    ...[`group ${String(index % 20)}`, '2026-01-31', '2026-01-31T12:00:00Z', String(index % 2 === 0)],
    ...[`Maker ${String(index % 300)}`, String(index % 90), 'Some words about it'],
  ];
}

/**
 * What importing takes, beside a bare COPY of the same rows into a table with the same columns and indexes, and how far the
 * memory of the worker rises meanwhile.
 */
export async function measureImports(rows: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'colloquy-bench-files-'));
  const installation = await Installation.open({ LOG_LEVEL: 'warn', DATA_DIR: folder });
  try {
    const { url } = await installation.startApi();
    const worker = await installation.startWorker();
    const { call, token } = await signUp(url);
    const csv = join(folder, 'goods.csv');
    writeCsv(csv, rows);
    const copySeconds = await copyRate(installation, csv);
    console.log(`bare COPY           ${rateOf(rows, copySeconds)}`);
    for (const mode of ['append', 'upsert', 'replace'] as const) {
      const { seconds, risenMb } = await importOf({ call, url, token, worker }, csv, mode);
      console.log(
        `CSV, ${mode.padEnd(15)}${rateOf(rows, seconds)}, ${((100 * copySeconds) / seconds).toFixed(0)} % of COPY, memory + ${risenMb.toFixed(0)} MB`,
      );
    }
    const xlsx = join(folder, 'goods.xlsx');
    const sheetRows = Math.ceil(rows / 2);
    writeFileSync(
      xlsx,
      workbookOf({
        rows: [
          FIELDS.map(({ name }) => name),
          ...Array.from({ length: sheetRows }, (_, index) => rowOf(index)),
        ]
          .map(markupOf)
          .join(''),
      }),
    );
    const { seconds, risenMb } = await importOf({ call, url, token, worker }, xlsx, 'append');
    console.log(`XLSX, append        ${rateOf(sheetRows, seconds)}, memory + ${risenMb.toFixed(0)} MB`);
  } finally {
    await installation.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function rateOf(rows: number, seconds: number): string {
  return `${String(rows)} rows in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds).toLocaleString('en')} a second`;
}

function markupOf(cells: readonly string[]): string {
  return `<row>${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join('')}</row>`;
}

function writeCsv(path: string, rows: number): void {
  writeFileSync(path, `${FIELDS.map(({ name }) => name).join(',')}\n`);
  for (let from = 0; from < rows; from += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, rows - from) }, (_, index) =>
      rowOf(from + index).join(','),
    );
    appendFileSync(path, `${lines.join('\n')}\n`);
  }
}

/** @returns seconds. */
async function copyRate(installation: Installation, csv: string): Promise<number> {
  return installation.withDatabase(async (client) => {
    await client.query(`create table bare (id uuid primary key default gen_random_uuid(), code text collate "C" unique, title text collate "C", price numeric, kind text collate "C",
      made_on date, seen_at timestamptz(3), sold boolean, maker text collate "C", weight numeric, notes text collate "C")`);
    const begun = performance.now();
    await copy(client, csv);
    const seconds = (performance.now() - begun) / 1_000;
    await client.query('drop table bare');
    return seconds;
  });
}

async function copy(client: pg.Client, csv: string): Promise<void> {
  const { from } = await import('pg-copy-streams');
  const { createReadStream } = await import('node:fs');
  const { pipeline } = await import('node:stream/promises');
  const columns = 'code, title, price, kind, made_on, seen_at, sold, maker, weight, notes';
  await pipeline(
    createReadStream(csv),
    client.query(from(`copy bare (${columns}) from stdin (format csv, header)`)),
  );
}

interface Team {
  readonly call: ApiCall;
  readonly url: string;
  readonly token: string;
  readonly worker: Child;
}

async function importOf(
  { call, url, token, worker }: Team,
  path: string,
  mode: string,
): Promise<{ seconds: number; risenMb: number }> {
  const table = await call<Table>('POST', '/v1/tables', {
    name: `${mode} ${path}`.slice(-100),
    fields: FIELDS,
  });
  const sent = await fetch(`${url}/v1/import-files?name=${path.split('/').at(-1) ?? ''}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: await openAsBlob(path),
  });
  const { id: fileId } = (await sent.json()) as { id: string };
  const before = worker.rssMb;
  let most = before;
  const key = mode === 'upsert' ? { key: 'code' } : {};
  const begun = await call<Import>('POST', `/v1/tables/${table.id}/import`, { fileId, mode, ...key });
  for (;;) {
    await sleep(50);
    most = Math.max(most, worker.rssMb);
    const seen = await call<Import>('GET', `/v1/imports/${begun.id}`);
    if (seen.status === 'failed' || seen.rejected > 0) throw new Error(JSON.stringify(seen));
    if (seen.finishedAt === null) continue;
    return {
      seconds: (Date.parse(seen.finishedAt) - Date.parse(seen.createdAt)) / 1_000,
      risenMb: most - before,
    };
  }
}
