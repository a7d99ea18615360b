/**
 * How well the stored chunks hold what people marked as the text of a page, and whether its tables survive.
 *
 *     npm run bench:extract
 *
 * Reads `web-pages` and `web-tables` from the folder in COLLOQUY_DATA (default `../shared/data`). For each page:
 * fetch -> extract -> split, as in a sync, without network and database. The texts of the chunks are joined, marks of
 * Markdown that look like words (numbers of list items, languages of code) are taken out, and what is left is
 * compared with the gold text as a bag of words (`tokens`) and of runs of four words (`4-grams`), both lower-cased.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { MarkdownTextSplitter } from '../src/modules/datasources/adapters/markdown/markdown.text-splitter.js';
import { extractPage } from '../src/modules/datasources/adapters/readability/extract-page.js';

const dataDir = resolve(process.env.COLLOQUY_DATA ?? '../shared/data');
const splitter = new MarkdownTextSplitter();

interface GoldPage {
  readonly id: string;
  readonly file: string;
  readonly url: string | null;
  readonly text: string;
}

interface GoldTable {
  readonly title: string;
  readonly file: string;
  readonly url: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface Score {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

function readLines<T>(file: string): T[] {
  const path = resolve(dataDir, file);
  if (!existsSync(path))
    throw new Error(`${path} is missing. Set COLLOQUY_DATA to the folder that holds it.`);
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as T);
}

/** The chunks of a page, and the milliseconds that they took. */
async function chunkTexts(file: string, url: string | null): Promise<{ texts: string[]; ms: number }> {
  const body = gunzipSync(readFileSync(resolve(dataDir, file)));
  const started = performance.now();
  const page = extractPage({ body, contentType: 'text/html', url: url ?? 'https://page.example/' });
  const chunks = await splitter.split(page.markdown);
  return { texts: chunks.map(({ text }) => text), ms: performance.now() - started };
}

function withoutMarks(markdown: string): string {
  return markdown.replace(/^[ >]*(?:`{3,}|~{3,}).*$/gm, '').replace(/^[ >]*\d+\. /gm, '');
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function countRuns(words: readonly string[], length: number): Map<string, number> {
  const counts = new Map<string, number>();
  const size = Math.min(length, words.length);
  for (let at = 0; size > 0 && at + size <= words.length; at += 1) {
    const run = words.slice(at, at + size).join(' ');
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return counts;
}

function compare(found: readonly string[], gold: readonly string[], length: number): Score {
  const foundRuns = countRuns(found, length);
  const goldRuns = countRuns(gold, length);
  const total = (runs: Map<string, number>): number =>
    [...runs.values()].reduce((sum, count) => sum + count, 0);
  const shared = [...foundRuns].reduce(
    (sum, [run, count]) => sum + Math.min(count, goldRuns.get(run) ?? 0),
    0,
  );
  const precision = shared / Math.max(1, total(foundRuns));
  const recall = shared / Math.max(1, total(goldRuns));
  return { precision, recall, f1: shared === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const shown = (value: number): string => value.toFixed(4);

async function measurePages(): Promise<void> {
  const results = await Promise.all(
    readLines<GoldPage>('web-pages/truth.jsonl').map(async ({ id, file, url, text }) => {
      const { texts, ms } = await chunkTexts(`web-pages/${file}`, url);
      const found = wordsOf(withoutMarks(texts.join('\n\n')));
      const gold = wordsOf(text);
      return { id, ms, chunks: texts.length, tokens: compare(found, gold, 1), runs: compare(found, gold, 4) };
    }),
  );
  for (const { id, ms, chunks, tokens, runs } of results) {
    console.log(
      `${id.padEnd(26)} tokens F1 ${shown(tokens.f1)}  4-grams F1 ${shown(runs.f1)}  ${chunks} chunks, ${ms.toFixed(0)} ms`,
    );
  }
  for (const [origin, target] of [
    ['ae-', 0.975],
    ['rd-', 0.98],
  ] as const) {
    const own = results.filter(({ id }) => id.startsWith(origin));
    for (const measure of ['tokens', 'runs'] as const) {
      const of = (part: keyof Score): string => shown(mean(own.map((result) => result[measure][part])));
      const name = measure === 'runs' ? '4-grams' : 'tokens ';
      console.log(
        `${origin}* ${own.length} pages, ${name}: F1 ${of('f1')} (target ${target}), precision ${of('precision')}, recall ${of('recall')}`,
      );
    }
  }
}

/** A row counts as kept when one line of one chunk holds all of its cells. */
async function measureTables(): Promise<void> {
  const tables = readLines<GoldTable>('web-tables/tables.jsonl');
  let keptRows = 0;
  let rowCount = 0;
  let keptHeaders = 0;
  for (const { file, url, header, rows } of tables) {
    const { texts } = await chunkTexts(`web-tables/${file}`, url);
    const lines = texts
      .join('\n')
      .split('\n')
      .map((line) => ` ${wordsOf(line).join(' ')} `);
    const isKept = (cells: readonly string[]): boolean =>
      lines.some((line) =>
        cells.every((cell) => line.includes(` ${wordsOf(cell).join(' ')} `.replace(/^ {2}$/, ' '))),
      );
    keptRows += rows.filter(isKept).length;
    rowCount += rows.length;
    keptHeaders += isKept(header) ? 1 : 0;
  }
  console.log(
    `tables: ${shown(keptRows / rowCount)} of ${rowCount} rows kept whole, ${keptHeaders} of ${tables.length} headers`,
  );
}

await measurePages();
await measureTables();
