import type { ChatApi } from '../ports/chat-model.port.js';

/** US dollars for a million tokens. */
export interface TokenPrice {
  readonly input: number;
  /** What the provider reads from its cache. Without it, cached tokens count as others, so that a cost is not too low. */
  readonly cachedInput?: number;
  readonly output: number;
}

/** What a call costs whose prompt is longer than usual: all of its tokens, not only those beyond the limit. */
export interface LongPromptPrice extends TokenPrice {
  /** The longest prompt of the usual price. */
  readonly above: number;
}

/** Prices as a list had them on a day. */
export interface ModelPrice extends TokenPrice {
  readonly longPrompt?: LongPromptPrice;
  /** `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly source: string;
}

/** What a model can do beside answering in text. */
export interface ModelAbilities {
  readonly tools: boolean;
  readonly structuredOutput: boolean;
  readonly vision: boolean;
  readonly reasoning: boolean;
}

/** What is known of a model; what is not known is `null`, never 0. */
export interface ModelFacts {
  readonly provider: string;
  readonly name: string;
  readonly kind: 'chat' | 'embedding';
  /** The interface that suits it best, where its provider has several. */
  readonly api?: ChatApi;
  /** Tokens of question, sources, history and answer together. */
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  /** Length of the vectors that we ask an embedding model for, unless others are wanted. */
  readonly dimensions?: number;
  readonly abilities: ModelAbilities | null;
  readonly price: ModelPrice | null;
}

const OPENAI = { asOf: '2026-06-15', source: 'https://developers.openai.com/api/docs/pricing' };
const ANTHROPIC = { asOf: '2026-05-29', source: 'https://platform.claude.com/docs/en/about-claude/pricing' };
const GEMINI = { asOf: '2026-07-04', source: 'https://ai.google.dev/gemini-api/docs/pricing' };
const FREE = { input: 0, cachedInput: 0, output: 0, asOf: '2026-11-01', source: 'runs in this process' };

const ALL: ModelAbilities = { tools: true, structuredOutput: true, vision: true, reasoning: true };
const NO_REASONING: ModelAbilities = { ...ALL, reasoning: false };
const NONE: ModelAbilities = { tools: false, structuredOutput: false, vision: false, reasoning: false };

const chat = (
  provider: string,
  name: string,
  [contextWindow, maxOutputTokens]: readonly [number, number],
  abilities: ModelAbilities,
  price: ModelPrice | null,
): ModelFacts => ({ provider, name, kind: 'chat', contextWindow, maxOutputTokens, abilities, price });

/** What OpenAI's reasoning models say to themselves is kept between calls of tools by Responses alone. */
const openAi = (
  name: string,
  limits: readonly [number, number],
  abilities: ModelAbilities,
  price: ModelPrice,
): ModelFacts => ({
  ...chat('openai', name, limits, abilities, price),
  api: abilities.reasoning ? 'responses' : 'chat_completions',
});

const embedding = (
  provider: string,
  name: string,
  [contextWindow, dimensions]: readonly [number, number],
  price: ModelPrice,
): ModelFacts => ({
  ...{ provider, name, kind: 'embedding', contextWindow, dimensions, price },
  ...{ maxOutputTokens: null, abilities: null },
});

const price = (
  input: number,
  cachedInput: number,
  output: number,
  of: Pick<ModelPrice, 'asOf' | 'source'>,
): ModelPrice => ({ input, cachedInput, output, ...of });

const longPrompt = (above: number, input: number, cachedInput: number, output: number) => ({
  longPrompt: { above, input, cachedInput, output },
});

/**
 * The models worth showing, the usual choice of each provider first. List prices of the standard tier; the bill of the
 * provider is what counts.
 */
export const MODELS: readonly ModelFacts[] = [
  chat('local', 'extractive', [1_000_000, 100_000], NONE, FREE),
  embedding('local', 'use-lite-words', [100_000, 256], FREE),

  openAi('gpt-5.4-mini', [400_000, 128_000], ALL, price(0.75, 0.075, 4.5, OPENAI)),
  openAi('gpt-5.4-nano', [400_000, 128_000], ALL, price(0.2, 0.02, 1.25, OPENAI)),
  openAi('gpt-5.4', [1_050_000, 128_000], ALL, {
    ...price(2.5, 0.25, 15, OPENAI),
    ...longPrompt(272_000, 5, 0.5, 22.5),
  }),
  openAi('gpt-5', [400_000, 128_000], ALL, price(1.25, 0.125, 10, OPENAI)),
  openAi('gpt-5-mini', [400_000, 128_000], ALL, price(0.25, 0.025, 2, OPENAI)),
  openAi('gpt-5-nano', [400_000, 128_000], ALL, price(0.05, 0.005, 0.4, OPENAI)),
  openAi('gpt-4.1', [1_047_576, 32_768], NO_REASONING, price(2, 0.5, 8, OPENAI)),
  openAi('gpt-4.1-mini', [1_047_576, 32_768], NO_REASONING, price(0.4, 0.1, 1.6, OPENAI)),
  openAi('gpt-4.1-nano', [1_047_576, 32_768], NO_REASONING, price(0.1, 0.025, 0.4, OPENAI)),
  openAi('gpt-4o', [128_000, 16_384], NO_REASONING, price(2.5, 1.25, 10, OPENAI)),
  openAi('gpt-4o-mini', [128_000, 16_384], NO_REASONING, price(0.15, 0.075, 0.6, OPENAI)),
  embedding('openai', 'text-embedding-3-small', [8_191, 1_536], { input: 0.02, output: 0, ...OPENAI }),
  embedding('openai', 'text-embedding-3-large', [8_191, 3_072], { input: 0.13, output: 0, ...OPENAI }),

  chat('anthropic', 'claude-sonnet-4-6', [1_000_000, 64_000], ALL, price(3, 0.3, 15, ANTHROPIC)),
  chat('anthropic', 'claude-haiku-4-5', [200_000, 64_000], ALL, price(1, 0.1, 5, ANTHROPIC)),
  chat('anthropic', 'claude-opus-4-8', [1_000_000, 128_000], ALL, price(5, 0.5, 25, ANTHROPIC)),
  chat('anthropic', 'claude-opus-4-6', [1_000_000, 128_000], ALL, price(5, 0.5, 25, ANTHROPIC)),
  chat('anthropic', 'claude-sonnet-4-5', [200_000, 64_000], ALL, price(3, 0.3, 15, ANTHROPIC)),

  chat('gemini', 'gemini-2.5-flash', [1_048_576, 65_536], ALL, price(0.3, 0.03, 2.5, GEMINI)),
  chat('gemini', 'gemini-2.5-flash-lite', [1_048_576, 65_536], ALL, price(0.1, 0.01, 0.4, GEMINI)),
  chat('gemini', 'gemini-2.5-pro', [1_048_576, 65_536], ALL, {
    ...price(1.25, 0.125, 10, GEMINI),
    ...longPrompt(200_000, 2.5, 0.25, 15),
  }),
  chat('gemini', 'gemini-3-flash-preview', [1_048_576, 65_536], ALL, price(0.5, 0.05, 3, GEMINI)),
  chat('gemini', 'gemini-3.1-pro-preview', [1_048_576, 65_536], ALL, {
    ...price(2, 0.2, 12, GEMINI),
    ...longPrompt(200_000, 4, 0.4, 18),
  }),
  embedding('gemini', 'gemini-embedding-001', [2_048, 768], { input: 0.15, output: 0, ...GEMINI }),
];

/** `gpt-4o-mini-2024-07-18` and `claude-haiku-4-5-20251001` are what the names without the dates are. */
const SNAPSHOT_DATE = /-(?:\d{4}-\d{2}-\d{2}|\d{8})$/;

const known = new Map(MODELS.map((facts) => [`${facts.provider}/${facts.name}`, facts]));

/** What the catalogue says of a model, or of the model that a dated name is a snapshot of. */
export function findModel(provider: string, name: string): ModelFacts | undefined {
  return known.get(`${provider}/${name}`) ?? known.get(`${provider}/${name.replace(SNAPSHOT_DATE, '')}`);
}
