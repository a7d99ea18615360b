/**
 * What finding topics costs a process that has nothing but the questions and their embeddings: those of `known` first, then
 * those of `more`. Started by `bench/topics.ts` with the folder that they are in.
 */
import { ThreadedTopicFinder } from '../../src/modules/insights/adapters/graph/threaded.topic-finder.js';
import { keepIdentity } from '../../src/modules/insights/clustering/keep-identity.js';
import { QuestionPlacer } from '../../src/modules/insights/clustering/place-questions.js';
import type { TopicSet } from '../../src/modules/insights/topic-set.types.js';
import { EmbeddedQuestions } from './embedded-questions.js';

const LEAST_HOMELESS = 8;
const folder = process.argv[2] ?? '.';
const known = EmbeddedQuestions.read(folder, 'known');
const more = EmbeddedQuestions.read(folder, 'more');
const finder = new ThreadedTopicFinder();
const signal = new AbortController().signal;

const found = await withCost(`${String(known.texts.length)} questions`, known);
await addMore();
await findAnew();
await finder.onApplicationShutdown();

async function withCost(name: string, questions: EmbeddedQuestions): Promise<TopicSet> {
  const floor = process.memoryUsage().rss;
  let most = floor;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 50);
  const started = performance.now();
  const topics = await finder.find(questions.asSet, signal);
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(watch);
  const [all, before] = [most, floor].map((bytes) => (bytes / 2 ** 20).toFixed(0));
  console.log(
    `${name} in ${seconds.toFixed(1)} s, RSS at most ${all ?? ''} MB (${before ?? ''} MB of it were there before)`,
  );
  return topics;
}

async function addMore(): Promise<void> {
  const started = performance.now();
  const placer = new QuestionPlacer(
    known.texts.map((_, index) => ({ vector: known.vector(index), groupId: '', topicId: topicOf(index) })),
  );
  const homeless = more.texts.flatMap((_, index) =>
    placer.place(more.vector(index)).topicId === null ? [index] : [],
  );
  if (homeless.length >= LEAST_HOMELESS) await finder.find(more.only(homeless).asSet, signal);
  const took = (performance.now() - started).toFixed(0);
  const placed = more.texts.length - homeless.length;
  console.log(
    `${String(more.texts.length)} more: ${took} ms, ${String(placed)} placed, the others grouped; no question moves`,
  );
}

async function findAnew(): Promise<void> {
  const all = known.followedBy(more);
  const again = await finder.find(all.asSet, signal);
  const before = all.texts.map((_, index) => (index < known.texts.length ? topicOf(index) : null));
  const topics = found.terms.map((_, label) => ({ id: String(label), isUnited: false }));
  const kept = keepIdentity(again.topics, before, topics);
  const inTopics = before.filter((topic) => topic !== null).length;
  const stayed = before.filter(
    (topic, index) => topic !== null && kept[again.topics[index] ?? -1] === topic,
  ).length;
  const share = ((100 * stayed) / inTopics).toFixed(1);
  console.log(`found anew among ${String(all.texts.length)}: ${share} % keep their topic`);
}

function topicOf(index: number): string | null {
  const label = found.topics[index] ?? -1;
  return label < 0 ? null : String(label);
}
