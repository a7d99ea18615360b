/**
 * How well topics are found, and what that costs.
 *
 *     npm run bench:topics
 *
 * Reads `intents-banking77` from the folder in COLLOQUY_DATA (default `../shared/data`): the 3,080 questions of `test.csv`,
 * whose 77 intents nobody tells, and the 10,003 of `train.csv` for the costs. Embeddings are those of `EMBEDDINGS=local`.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { EnergeticSentenceModel } from '../src/modules/insights/adapters/energetic/energetic.sentence-model.js';
import { ThreadedTopicFinder } from '../src/modules/insights/adapters/graph/threaded.topic-finder.js';
import { keepIdentity } from '../src/modules/insights/clustering/keep-identity.js';
import { QuestionPlacer } from '../src/modules/insights/clustering/place-questions.js';
import type { QuestionSet, TopicSet } from '../src/modules/insights/topic-set.types.js';
import { together } from '../src/modules/insights/questions/together.js';
import { LocalEmbeddingModel } from '../src/modules/providers/adapters/local/local.embedding-model.js';
import { agreementOf } from './support/agreement.js';

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
const found = await measure('test.csv', test, await vectorsOf(test));
const { nmi, ari } = agreementOf(
  test.map(({ category }) => category),
  found.topics,
);
console.log(`  NMI ${nmi.toFixed(4)}  ARI ${ari.toFixed(4)}  ${String(found.terms.length)} topics`);

const train = rowsOf('train.csv').slice(0, 10_000);
const more = test.slice(0, 1_000);
const vectors = await vectorsOf(train);
const fresh = await vectorsOf(more);
// Embeddings are given: what their models take is no part of the cost.
await sentences.onApplicationShutdown();
const large = await measure('train.csv', train, vectors);
const placing = performance.now();
const placer = new QuestionPlacer(
  vectors.map((vector, index) => ({ vector, groupId: '', topicId: topicOf(large, index) })),
);
const homeless = fresh.flatMap((vector, index) =>
  placer.place(vector).topicId === null ? [{ row: more[index] as Labelled, vector }] : [],
);
if (homeless.length >= 8)
  await finder.find(
    setOf(
      homeless.map(({ row }) => row),
      homeless.map(({ vector }) => vector),
    ),
    signal,
  );
console.log(
  `1,000 more: ${(performance.now() - placing).toFixed(0)} ms, ${String(1_000 - homeless.length)} placed, the others grouped; no question moves`,
);
const again = await finder.find(setOf([...train, ...more], [...vectors, ...fresh]), signal);
const before = [...train.map((_, index) => topicOf(large, index)), ...more.map(() => null)];
const known = large.terms.map((_, label) => ({ id: String(label), isUnited: false }));
const kept = keepIdentity(again.topics, before, known);
const inTopics = train.filter((_, index) => topicOf(large, index) !== null).length;
const stayed = train.filter((_, index) => {
  const topic = topicOf(large, index);
  return topic !== null && kept[again.topics[index] ?? -1] === topic;
}).length;
console.log(`found anew among 11,000: ${((100 * stayed) / inTopics).toFixed(1)} % keep their topic`);
await finder.onApplicationShutdown();

function topicOf({ topics }: TopicSet, index: number): string | null {
  const label = topics[index] ?? -1;
  return label < 0 ? null : String(label);
}

async function measure(
  name: string,
  rows: readonly Labelled[],
  all: readonly Float32Array[],
): Promise<TopicSet> {
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
  const started = performance.now();
  const topics = await finder.find(setOf(rows, all), signal);
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(watch);
  const megabytes = most / 2 ** 20;
  console.log(
    `${name}: ${String(rows.length)} questions in ${seconds.toFixed(1)} s, RSS at most ${megabytes.toFixed(0)} MB`,
  );
  return topics;
}

async function vectorsOf(rows: readonly Labelled[]): Promise<Float32Array[]> {
  const texts = rows.map(({ text }) => text);
  const ofWords = await words.embed(texts);
  const ofSentences = await sentences.embed(texts, signal);
  return ofWords.map((vector, index) => together(ofSentences[index] ?? new Float32Array(), vector));
}

function setOf(rows: readonly Labelled[], all: readonly Float32Array[]): QuestionSet {
  const dimensions = all[0]?.length ?? 1;
  const joined = new Float32Array(all.length * dimensions);
  all.forEach((vector, index) => {
    joined.set(vector, index * dimensions);
  });
  return {
    texts: rows.map(({ text }) => text),
    languages: rows.map(() => 'en'),
    counts: rows.map(() => 1),
    ...{ vectors: joined, dimensions },
  };
}

function rowsOf(name: string): Labelled[] {
  return parse<Labelled>(readFileSync(resolve(dataDir, name), 'utf8'), { columns: true });
}
