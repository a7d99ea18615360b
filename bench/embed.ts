/**
 * How many questions and passages the local model reads a second, on one core.
 *
 *     npm run bench:embed
 *
 * Reads `qa-squad` from the folder in COLLOQUY_DATA (default `../shared/data`). The floor is to cut the same texts into
 * words. The first pass meets each word for the first time, the second knows them.
 */
import { wordsOf } from '../src/common/text/index.js';
import { LocalEmbeddingModel } from '../src/modules/providers/adapters/local/local.embedding-model.js';
import { loadSquad } from './support/squad.js';

const { questions, passages } = loadSquad();
const loads = {
  questions: questions.map(({ question }) => question),
  passages: passages.map(({ title, text }) => `${title}. ${text}`),
};

/** Milliseconds of CPU, all threads taken together. */
async function cpuMsOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const meanChars = (texts: readonly string[]): number =>
  Math.round(texts.reduce((sum, { length }) => sum + length, 0) / texts.length);

console.log(
  '                texts  mean chars   words/s (floor)   first pass/s    second pass/s   ms a text',
);
for (const [name, texts] of Object.entries(loads)) {
  const model = new LocalEmbeddingModel();
  const loadMs = await cpuMsOf(() => model.embed(['load']));
  const perSecond = (ms: number): string => Math.round((texts.length * 1_000) / ms).toLocaleString('en');
  const floor = await cpuMsOf(() => texts.forEach((text) => wordsOf(text)));
  const first = await cpuMsOf(() => model.embed(texts));
  const second = await cpuMsOf(() => model.embed(texts));
  console.log(
    [
      name.padEnd(14),
      String(texts.length).padStart(6),
      String(meanChars(texts)).padStart(11),
      perSecond(floor).padStart(17),
      perSecond(first).padStart(14),
      perSecond(second).padStart(16),
      (second / texts.length).toFixed(3).padStart(11),
      `   (loading: ${loadMs.toFixed(0)} ms)`,
    ].join(''),
  );
}
