import type { ChatMessage, ChatRequest } from './ports/chat-model.port.js';
import { textOf } from './ports/chat-model.port.js';

/** Of models whose tokenizer is not public we count as OpenAI's would, and add this: what they report is 10 to 20 % more. */
const MARGIN_OF_OTHERS = 1.25;
/** What a message costs beside its words. */
const PER_MESSAGE = 8;

/** Cutting a text into pieces makes a token more of each cut at most. */
const PIECE = 1_000;

/** Our rules around instructions and sources. */
export const RULES_TOKENS = 600;
/** Of an answer whose length nobody limits. */
export const USUAL_ANSWER_TOKENS = 4_096;

type Encoder = (text: string) => number;

let loading: Promise<Encoder> | undefined;

/** The tables take some 40 MB; most questions fit by far and never need them. */
function loadEncoder(): Promise<Encoder> {
  loading ??= import('gpt-tokenizer/encoding/o200k_base').then(
    ({ countTokens }) =>
      (text: string) =>
        piecesOf(text).reduce((sum, piece) => sum + countTokens(piece, { allowedSpecial: 'all' }), 0),
  );
  return loading;
}

/** Merging is quadratic in the length of a word: 200,000 times "a" in one piece took 24 seconds. */
function piecesOf(text: string): string[] {
  return Array.from({ length: Math.ceil(text.length / PIECE) }, (_, index) =>
    text.slice(index * PIECE, (index + 1) * PIECE),
  );
}

/** Counts tokens as a provider's models would, rather too many than too few. */
export class TokenCounter {
  private constructor(
    private readonly encoder: Encoder,
    private readonly margin: number,
  ) {}

  static async of(provider: string): Promise<TokenCounter> {
    const isOpenAi = provider === 'openai' || provider === 'azure-openai';
    return new TokenCounter(await loadEncoder(), isOpenAi ? 1 : MARGIN_OF_OTHERS);
  }

  count(text: string): number {
    return Math.ceil(this.encoder(text) * this.margin);
  }

  ofMessages(messages: readonly ChatMessage[]): number {
    return messages.reduce((sum, message) => sum + this.count(writtenOf(message)) + PER_MESSAGE, 0);
  }
}

/** No text has more tokens than bytes, whichever model reads it: tokens are made of bytes. */
export function mostTokensOf(text: string): number {
  return Buffer.byteLength(text);
}

/** All that a message makes a model read. */
export function writtenOf(message: ChatMessage): string {
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
  return [textOf(message.content), ...calls.map((call) => call.name + JSON.stringify(call.arguments))].join(
    '',
  );
}

/** The texts of a request that are not messages. */
export function frameOf({
  instructions,
  sources,
  tools = [],
  answerSchema,
}: Pick<ChatRequest, 'instructions' | 'sources' | 'tools' | 'answerSchema'>): string {
  const told = sources.map(({ title, url = '', place = '', text }) => `${title}${url}${place}${text}`);
  const form = answerSchema ? [JSON.stringify(answerSchema.schema)] : [];
  return [instructions, ...told, ...tools.map((tool) => JSON.stringify(tool)), ...form].join('\n');
}
