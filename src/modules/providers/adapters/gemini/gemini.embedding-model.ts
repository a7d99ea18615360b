import type { ContentEmbedding, GoogleGenAI } from '@google/genai/web';
import type { OutboundClient } from '#common/http';
import { CallClock } from '../../call-clock.js';
import { EmbeddingModel, type EmbedOptions } from '../../ports/embedding-model.port.js';
import { ProviderProtocolBroken } from '../../providers.errors.js';
import { RetryPolicy } from '../../retry-policy.js';
import type { ProviderAccount } from '../shared/provider-account.js';
import { geminiClient } from './gemini-client.js';
import { failureFrom } from './gemini-failure.js';

const MODEL = 'gemini-embedding-001';
const DIMENSIONS = 768;
// The API takes 100.
const BATCH_SIZE = 96;
// The model reads 2,048 tokens, about as many characters of Chinese and four times as many of English.
const MAX_CHARACTERS = 8_000;
const TIMEOUT_MS = 30_000;

/** Google's embedding model. Of longer texts it reads the first 8,000 characters, or 2,048 tokens if that is less. */
export class GeminiEmbeddingModel extends EmbeddingModel {
  readonly id = `gemini/${MODEL}@1`;
  readonly dimensions = DIMENSIONS;
  readonly #client: GoogleGenAI;

  constructor(
    account: ProviderAccount,
    outbound: OutboundClient,
    private readonly retries: RetryPolicy = new RetryPolicy(),
    private readonly timeoutMs: number = TIMEOUT_MS,
  ) {
    super();
    this.#client = geminiClient(account, outbound, { headersTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs });
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += BATCH_SIZE) {
      const batch = texts.slice(start, start + BATCH_SIZE).map(readableText);
      vectors.push(...(await this.retries.run(() => this.#embedBatch(batch, options), options.signal)));
    }
    return vectors;
  }

  async #embedBatch(contents: string[], { signal, onTokens }: EmbedOptions): Promise<Float32Array[]> {
    const clock = new CallClock(this.timeoutMs, signal);
    try {
      clock.signal.throwIfAborted();
      const config = { outputDimensionality: DIMENSIONS, abortSignal: clock.signal };
      const answer = await this.#client.models.embedContent({ model: MODEL, contents, config });
      const { embeddings, usageMetadata: { promptTokenCount: tokens } = {} } = answer;
      if (tokens !== undefined && Number.isInteger(tokens)) onTokens?.(tokens);
      return vectorsFrom(embeddings, contents.length);
    } catch (failure) {
      clock.signal.throwIfAborted();
      throw failureFrom(failure, ['model', 'contents', 'outputDimensionality']);
    } finally {
      clock.release();
    }
  }
}

/** The API refuses empty texts. */
function readableText(text: string): string {
  return text.slice(0, MAX_CHARACTERS).toWellFormed().trim() || '-';
}

function vectorsFrom(embeddings: readonly ContentEmbedding[] | undefined, count: number): Float32Array[] {
  if (!Array.isArray(embeddings) || embeddings.length !== count) throw new ProviderProtocolBroken();
  return (embeddings as ContentEmbedding[]).map(({ values = [] }) => unitVector(Float32Array.from(values)));
}

/** Of vectors that are cut short, the API leaves the length as it comes. */
function unitVector(numbers: Float32Array): Float32Array {
  const length = Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0));
  const isVector = numbers.length === DIMENSIONS && Number.isFinite(length) && length > 0;
  if (!isVector) throw new ProviderProtocolBroken();
  return numbers.map((value) => value / length);
}
