import type { OpenAI } from 'openai';
import type { OutboundClient } from '#common/http';
import { CallClock } from '../../call-clock.js';
import { EmbeddingModel } from '../../ports/embedding-model.port.js';
import { ProviderProtocolBroken } from '../../providers.errors.js';
import { RetryPolicy } from '../../retry-policy.js';
import { openAiClient, type OpenAiAccount } from './openai-client.js';
import { failureFrom } from './openai-failure.js';

const MODEL = 'text-embedding-3-small';
const BATCH_SIZE = 96;
// The model reads 8,191 tokens; a character is hardly ever more than one.
const MAX_CHARACTERS = 8_000;
const TIMEOUT_MS = 30_000;

/** OpenAI's small embedding model. Of longer texts it reads the first 8,000 characters. */
export class OpenAiEmbeddingModel extends EmbeddingModel {
  readonly id = `openai/${MODEL}@1`;
  readonly dimensions = 1_536;
  readonly #client: OpenAI;

  constructor(
    account: OpenAiAccount,
    outbound: OutboundClient,
    private readonly retries: RetryPolicy = new RetryPolicy(),
    private readonly timeoutMs: number = TIMEOUT_MS,
  ) {
    super();
    this.#client = openAiClient(account, outbound, {
      headersTimeoutMs: timeoutMs,
      idleTimeoutMs: timeoutMs,
    });
  }

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += BATCH_SIZE) {
      const batch = texts.slice(start, start + BATCH_SIZE).map(readableText);
      vectors.push(...(await this.retries.run(() => this.#embedBatch(batch, signal), signal)));
    }
    return vectors;
  }

  async #embedBatch(batch: string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    const clock = new CallClock(this.timeoutMs, signal);
    try {
      clock.signal.throwIfAborted();
      // The other encoding is smaller, but not every compatible server knows it.
      const body = { model: MODEL, input: batch, encoding_format: 'float' as const };
      const answer = await this.#client.embeddings.create(body, { signal: clock.signal });
      return this.#vectorsFrom(answer, batch.length);
    } catch (failure) {
      clock.signal.throwIfAborted();
      throw failureFrom(failure, ['model', 'input']);
    } finally {
      clock.release();
    }
  }

  #vectorsFrom({ data }: Partial<OpenAI.CreateEmbeddingResponse>, count: number): Float32Array[] {
    if (!Array.isArray(data) || data.length !== count) throw new ProviderProtocolBroken();
    const inOrder = data.toSorted((a, b) => a.index - b.index);
    return inOrder.map(({ embedding }) => unitVector(embedding, this.dimensions));
  }
}

/** The API refuses empty texts and reads only so much of long ones. */
function readableText(text: string): string {
  return text.slice(0, MAX_CHARACTERS).toWellFormed().trim() || '-';
}

function unitVector(numbers: readonly number[], dimensions: number): Float32Array {
  const length = Math.hypot(...numbers);
  const isVector = numbers.length === dimensions && Number.isFinite(length) && length > 0;
  if (!isVector) throw new ProviderProtocolBroken();
  return Float32Array.from(numbers, (value) => value / length);
}
