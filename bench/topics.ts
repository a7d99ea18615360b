/**
 * How well topics are found, and what that costs.
 *
 *     npm run bench:topics
 *
 * Reads `intents-banking77` from the folder in COLLOQUY_DATA (default `../shared/data`): the 3,080 questions of `test.csv`,
 * whose 77 intents nobody tells, and 10,000 of `train.csv` for the costs, which are those of a process of its own.
 * Embeddings are those of `EMBEDDINGS=local`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { EnergeticSentenceModel } from '../src/modules/insights/adapters/energetic/energetic.sentence-model.js';
import { ThreadedTopicFinder } from '../src/modules/insights/adapters/graph/threaded.topic-finder.js';
import { together } from '../src/modules/insights/questions/together.js';
import { LocalEmbeddingModel } from '../src/modules/providers/adapters/local/local.embedding-model.js';
import { agreementOf } from './support/agreement.js';
import { EmbeddedQuestions } from './support/embedded-questions.js';

interface Labelled {
  readonly text: string;
  readonly category: string;
}

const dataDir = resolve(process.env.COLLOQUY_DATA ?? '../shared/data', 'intents-banking77');
const signal = new AbortController().signal;
const words = new LocalEmbeddingModel();
const sentences = new EnergeticSentenceModel();
const finder = new ThreadedTopicFinder();

const test = rowsOf('test.csv');
const tested = await embedded(test);
const { topics, terms } = await finder.find(tested.asSet, signal);
const { nmi, ari } = agreementOf(
  test.map(({ category }) => category),
  topics,
);
console.log(`test.csv: NMI ${nmi.toFixed(4)}  ARI ${ari.toFixed(4)}  ${String(terms.length)} topics`);
await finder.onApplicationShutdown();

const folder = mkdtempSync(join(tmpdir(), 'colloquy-bench-'));
try {
  (await embedded(rowsOf('train.csv').slice(0, 10_000))).write(folder, 'known');
  tested.only([...test.slice(0, 1_000).keys()]).write(folder, 'more');
  const script = fileURLToPath(new URL('support/topic-costs.js', import.meta.url));
  process.exitCode = spawnSync(process.execPath, [script, folder], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
  await sentences.onApplicationShutdown();
}

async function embedded(rows: readonly Labelled[]): Promise<EmbeddedQuestions> {
  const texts = rows.map(({ text }) => text);
  const ofWords = await words.embed(texts);
  const ofSentences = await sentences.embed(texts, signal);
  return EmbeddedQuestions.of(
    texts,
    ofWords.map((vector, index) => together(ofSentences[index] ?? new Float32Array(), vector)),
  );
}

function rowsOf(name: string): Labelled[] {
  return parse<Labelled>(readFileSync(resolve(dataDir, name), 'utf8'), { columns: true });
}
