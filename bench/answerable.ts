/**
 * Whether a bot knows what it does not know: one that has half of the articles is asked about both halves.
 *
 *     npm run bench:answerable
 *
 * Reads `qa-squad` from the folder in COLLOQUY_DATA (default `../shared/data`). A question counts as answered when
 * the local model cites a source. Questions that look plausible but that no passage answers are shown beside it:
 * their topic is in the passages, so that words and meaning alone can hardly tell them apart.
 */
import { answersOf } from './support/local-answers.js';
import { halvesOf, type Share } from './support/halves.js';
import { SquadBots } from './support/squad-bots.js';
import { loadSquad, type SquadQuestion } from './support/squad.js';

const squad = loadSquad();
const bots = await SquadBots.open(squad.passages);
for (const [name, share] of halvesOf(squad)) await measure(name, share);
await bots.close();

async function measure(name: string, { passages, own, others }: Share): Promise<void> {
  const botId = await bots.create(passages);
  const answered = async (questions: readonly SquadQuestion[]): Promise<string> => {
    if (questions.length === 0) return 'none asked';
    let count = 0;
    for (const { question } of questions) {
      const { quotes } = await answersOf(bots, botId, question);
      if (quotes.length > 0) count += 1;
    }
    return `${((100 * count) / questions.length).toFixed(1)} %`;
  };
  const answerable = ({ answerable: is }: SquadQuestion): boolean => is === true;
  const plausible = ({ answerable: is }: SquadQuestion): boolean => is === false;
  console.log(`${name} (${passages.length} passages): answered`);
  console.log(`  own questions                   ${await answered(own.filter(answerable))}`);
  console.log(`  questions about the other half  ${await answered(others.filter(answerable))}`);
  console.log(`  plausible, but no answer        ${await answered(own.filter(plausible))}`);
}
