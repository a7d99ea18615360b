/**
 * How good the answers of the local model are: bots of three articles each are asked all that these answer.
 *
 *     npm run bench:answers
 *
 * Reads `qa-squad` from the folder in COLLOQUY_DATA (default `../shared/data`). An answer is right when one of its
 * quotes is from the passage that the question was written for, and it holds one of the gold answers.
 */
import { shareOf } from './support/halves.js';
import { answersOf, type LocalAnswer } from './support/local-answers.js';
import { SquadBots } from './support/squad-bots.js';
import { loadSquad, titlesOf } from './support/squad.js';

const ARTICLES = 3;
const COMPARED_CHARS = 60;

const squad = loadSquad();
const titles = titlesOf(squad);
const texts = new Map(squad.passages.map(({ id, text }) => [id, text]));
const counts = { asked: 0, declined: 0, quotesGold: 0, right: 0 };
const bots = await SquadBots.open(squad.passages);
for (let start = 0; start < titles.length; start += ARTICLES) {
  const { passages, own } = shareOf(squad, new Set(titles.slice(start, start + ARTICLES)));
  const botId = await bots.create(passages);
  for (const { question, passage_id: gold, answerable, answers } of own) {
    if (answerable) count(await answersOf(bots, botId, question), texts.get(gold) ?? '', answers);
  }
}
await bots.close();
for (const [name, value] of Object.entries(counts)) {
  console.log(`${name.padEnd(12)} ${value}  ${((100 * value) / counts.asked).toFixed(1)} %`);
}

function count({ content, quotes }: LocalAnswer, gold: string, answers: readonly string[]): void {
  const quotesGold = quotes.some((quote) => gold.includes(quote.slice(0, COMPARED_CHARS)));
  const said = [content, ...quotes].join(' ');
  counts.asked += 1;
  if (quotes.length === 0) counts.declined += 1;
  if (quotesGold) counts.quotesGold += 1;
  if (quotesGold && answers.some((answer) => said.includes(answer))) counts.right += 1;
}
