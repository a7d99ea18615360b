/**
 * How often a question finds the page that holds the table it was asked about, beside plain BM25.
 *
 *     npm run bench:web-tables
 *
 * Reads `web-tables` from the folder in COLLOQUY_DATA (default `../shared/data`). Every page is read and cut as in a
 * sync, and is a source of one bot in an embedded database. Pages count in the order of their best passages. Plain BM25,
 * the floor, has the tables as people wrote them out; the search has the pages as they stand on the web.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { MarkdownTextSplitter } from '../src/modules/datasources/adapters/markdown/markdown.text-splitter.js';
import { extractPage } from '../src/modules/datasources/adapters/readability/extract-page.js';
import { bm25Of } from './support/bm25.js';
import { SearchedPages } from './support/searched-pages.js';

const TOP_K = 50;
const TARGETS = { 1: 0.66, 5: 0.88 };

interface GoldTable {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly file: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface Question {
  readonly table: string;
  readonly question: string;
}

/** Ids of tables, best first. */
type Ranking = (question: string) => readonly string[] | Promise<readonly string[]>;

const dataDir = resolve(process.env.COLLOQUY_DATA ?? '../shared/data', 'web-tables');
const tables = readLines<GoldTable>('tables.jsonl');
const questions = readLines<Question>('questions.jsonl');

const plain = bm25Of(
  tables.map(({ id, title, header, rows }) => ({
    ...{ id, title },
    text: [header, ...rows].map((cells) => cells.join(' ')).join('\n'),
  })),
);
const splitter = new MarkdownTextSplitter();
const pages = await SearchedPages.open();
for (const { id, url, file } of tables) {
  const body = gunzipSync(readFileSync(resolve(dataDir, file)));
  await pages.add(id, extractPage({ body, contentType: 'text/html', url }), splitter);
}
console.log(`${tables.length} pages, ${pages.passageCount} passages, ${questions.length} questions`);

await measure('plain BM25 over the tables', (question) => plain(question));
await measure('words alone', (question) => pages.search(question, { topK: TOP_K, byMeaning: false }));
await measure('words and meaning', (question) => pages.search(question, { topK: TOP_K, byMeaning: true }));
console.log(`targets            recall@1 ${TARGETS[1].toFixed(3)}  @5 ${TARGETS[5].toFixed(3)}`);
await pages.close();

async function measure(name: string, ranking: Ranking): Promise<void> {
  const ranks: number[] = [];
  for (const { question, table } of questions) ranks.push((await ranking(question)).indexOf(table) + 1);
  const recall = (k: number): string =>
    (ranks.filter((rank) => rank > 0 && rank <= k).length / ranks.length).toFixed(3);
  console.log(`${name.padEnd(28)} recall@1 ${recall(1)}  @5 ${recall(5)}  @10 ${recall(10)}`);
}

function readLines<T>(file: string): T[] {
  const lines = readFileSync(resolve(dataDir, file), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as T);
}
