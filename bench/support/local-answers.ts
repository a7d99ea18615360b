import { bestQuote } from '../../src/common/text/index.js';
import { citedClaims } from '../../src/modules/conversations/citation-filter.js';
import { LocalChatModel } from '../../src/modules/providers/adapters/local/local.chat-model.js';
import type { SquadBots } from './squad-bots.js';

const DEFAULT_TOP_K = 6;

/** What the local model said, and the quotes that its citations come with. */
export interface LocalAnswer {
  readonly content: string;
  readonly quotes: readonly string[];
}

const model = new LocalChatModel();

/** The answer of a bot with default settings, without the HTTP around it. */
export async function answersOf(bots: SquadBots, botId: string, question: string): Promise<LocalAnswer> {
  const { hits, supported } = await bots.search(botId, question, { topK: DEFAULT_TOP_K });
  let content = '';
  const request = {
    model: 'extractive',
    instructions: '',
    messages: [{ role: 'user' as const, content: question }],
    sources: hits.map(({ title, text, score }, place) => ({ index: place + 1, title, text, score })),
    supported,
    signal: new AbortController().signal,
  };
  for await (const event of model.stream(request)) if (event.type === 'text') content += event.text;
  return {
    content,
    quotes: citedClaims(content).map(({ index, claim }) => bestQuote(claim, hits[index - 1]?.text ?? '')),
  };
}
