import { APIError, type OpenAI } from 'openai';
import type { OutboundClient } from '#common/http';
import { Reranker, type RerankOptions } from '../../ports/reranker.port.js';
import { ProviderProtocolBroken } from '../../providers.errors.js';
import { answerWithin } from '../shared/answer-within.js';
import { readableText } from '../shared/embedding-texts.js';
import type { ProviderAccount } from '../shared/provider-account.js';
import { openAiClient } from './openai-client.js';
import { failureFrom } from './openai-failure.js';

const TIMEOUT_MS = 30_000;
/** What servers say that know the texts by another name. */
const UNREADABLE = [400, 422];

interface Answer {
  readonly results?: unknown;
  readonly usage?: { readonly total_tokens?: unknown; readonly prompt_tokens?: unknown };
}

interface Score {
  readonly index?: unknown;
  readonly relevance_score?: unknown;
  readonly score?: unknown;
}

/**
 * `POST /rerank` below the address of a compatible server, as Cohere, Jina and vLLM have it. Text Embeddings Inference
 * calls the texts otherwise, which shows in its first answer.
 */
export class OpenAiReranker extends Reranker {
  readonly #client: OpenAI;
  #textsName: 'documents' | 'texts' = 'documents';

  constructor(
    account: ProviderAccount,
    outbound: OutboundClient,
    private readonly model: string,
    private readonly timeoutMs: number = TIMEOUT_MS,
  ) {
    super();
    this.#client = openAiClient(account, outbound, {
      headersTimeoutMs: timeoutMs,
      idleTimeoutMs: timeoutMs,
    });
  }

  async rerank(query: string, texts: readonly string[], options: RerankOptions = {}): Promise<number[]> {
    if (texts.length === 0) return [];
    return answerWithin(this.timeoutMs, options.signal, {
      ask: async (signal) => {
        const answer = await this.#ask(query, texts.map(readableText), signal);
        const scores = scoresOf(answer, texts.length);
        const tokens = tokensOf(answer);
        if (tokens !== null) options.onTokens?.(tokens);
        return scores;
      },
      failureFrom: (thrown) => failureFrom(thrown, ['model', 'query', 'documents']),
    });
  }

  async #ask(query: string, texts: readonly string[], signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#post(query, texts, signal);
    } catch (failure) {
      const isUnreadable = failure instanceof APIError && UNREADABLE.includes(Number(failure.status));
      if (!isUnreadable || this.#textsName === 'texts') throw failure;
      this.#textsName = 'texts';
      return this.#post(query, texts, signal).catch((error: unknown) => {
        this.#textsName = 'documents';
        throw error instanceof APIError ? failure : error;
      });
    }
  }

  #post(query: string, texts: readonly string[], signal: AbortSignal): Promise<unknown> {
    const body = { model: this.model, query: readableText(query), [this.#textsName]: texts };
    return this.#client.post('/rerank', { body, signal });
  }
}

/** @throws ProviderProtocolBroken unless there is one number for each text. */
function scoresOf(answer: unknown, count: number): number[] {
  const results = Array.isArray(answer) ? (answer as unknown[]) : (answer as Answer | null)?.results;
  if (!Array.isArray(results) || results.length !== count) throw new ProviderProtocolBroken();
  const scores = new Map<number, number>();
  for (const result of results as readonly (Score | null)[]) {
    const { index, relevance_score: relevance, score = relevance } = result ?? {};
    if (typeof score !== 'number' || !Number.isFinite(score)) throw new ProviderProtocolBroken();
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0 || index >= count)
      throw new ProviderProtocolBroken();
    scores.set(index, score);
  }
  if (scores.size !== count) throw new ProviderProtocolBroken();
  return Array.from({ length: count }, (_, index) => scores.get(index) ?? 0);
}

function tokensOf(answer: unknown): number | null {
  const usage = Array.isArray(answer) ? undefined : (answer as Answer).usage;
  const tokens = usage?.total_tokens ?? usage?.prompt_tokens;
  return typeof tokens === 'number' && Number.isInteger(tokens) ? tokens : null;
}
