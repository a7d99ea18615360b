import { bm25Of } from './support/bm25.js';
import { SquadBots } from './support/squad-bots.js';
import { loadSquad, type SquadQuestion } from './support/squad.js';

const TOP_K = 10;

/** Ranked ids of the passages that a search gives for a question. */
type Ranking = (question: string) => readonly string[] | Promise<readonly string[]>;

/** How often the passage that a question was written for is found, beside plain BM25 and the search by words alone. */
export async function measureSquad(): Promise<void> {
  const squad = loadSquad();
  const started = performance.now();
  const bots = await SquadBots.open(squad.passages);
  const botId = await bots.create(squad.passages);
  const seconds = (performance.now() - started) / 1_000;
  console.log(`${squad.passages.length} passages indexed in ${seconds.toFixed(0)} s\n`);

  const found =
    (byMeaning: boolean): Ranking =>
    async (question) => {
      const { hits } = await bots.search(botId, question, { topK: TOP_K, byMeaning });
      return hits.map(({ chunkId }) => bots.passageIdOf(chunkId) ?? '');
    };
  const plain = bm25Of(squad.passages);

  await measure(squad.questions, 'plain BM25', (question) => plain(question).slice(0, TOP_K));
  await measure(squad.questions, 'words alone', found(false));
  await measure(squad.questions, 'words and meaning', found(true));
  await bots.close();
}

async function measure(questions: readonly SquadQuestion[], name: string, ranking: Ranking): Promise<void> {
  const times: number[] = [];
  console.log(name);
  for (const [group, asked] of groupsOf(questions)) {
    const ranks: number[] = [];
    for (const { question, passage_id: gold } of asked) {
      const begun = performance.now();
      const ids = await ranking(question);
      times.push(performance.now() - begun);
      ranks.push(ids.indexOf(gold) + 1);
    }
    const recall = (k: number): string => shareOf(ranks, (rank) => rank > 0 && rank <= k).toFixed(4);
    const mrr = ranks.reduce((sum, rank) => sum + (rank > 0 ? 1 / rank : 0), 0) / ranks.length;
    console.log(
      `  ${group.padEnd(16)} recall@1 ${recall(1)}  @5 ${recall(5)}  @10 ${recall(10)}  MRR ${mrr.toFixed(4)}`,
    );
  }
  times.sort((a, b) => a - b);
  const percentile = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
  console.log(`  p50 ${percentile(0.5)} ms  p95 ${percentile(0.95)} ms\n`);
}

function groupsOf(questions: readonly SquadQuestion[]): Map<string, SquadQuestion[]> {
  const names = new Map([
    [true, 'answerable'],
    [false, 'not answerable'],
    [null, 'unlabelled'],
  ]);
  return Map.groupBy(questions, ({ answerable }) => names.get(answerable) ?? '');
}

function shareOf<T>(items: readonly T[], is: (item: T) => boolean): number {
  return items.filter(is).length / Math.max(1, items.length);
}
