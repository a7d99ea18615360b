import type { OpenAI } from 'openai';
import type { OutboundClient } from '#common/http';
import { CallClock } from '../../call-clock.js';
import { EmbeddingModel, type EmbedOptions } from '../../ports/embedding-model.port.js';
import { ProviderProtocolBroken } from '../../providers.errors.js';
import { RetryPolicy } from '../../retry-policy.js';
import {
  EMBEDDING_BATCH,
  type EmbeddingSettings,
  readableText,
  unitVector,
} from '../shared/embedding-texts.js';
import type { ProviderAccount } from '../shared/provider-account.js';
import { openAiClient } from './openai-client.js';
import { failureFrom } from './openai-failure.js';

const TIMEOUT_MS = 30_000;
const SMALL: EmbeddingSettings = {
  ...{ id: 'openai/text-embedding-3-small@1', name: 'text-embedding-3-small' },
  ...{ dimensions: 1_536, askedDimensions: null },
};

/** Embedding models of OpenAI and of compatible servers. Of longer texts they read the first 8,000 characters. */
export class OpenAiEmbeddingModel extends EmbeddingModel {
  readonly id: string;
  readonly dimensions: number | null;
  readonly #client: OpenAI;

  constructor(
    account: ProviderAccount,
    outbound: OutboundClient,
    private readonly retries: RetryPolicy = new RetryPolicy(),
    private readonly timeoutMs: number = TIMEOUT_MS,
    private readonly settings: EmbeddingSettings = SMALL,
  ) {
    super();
    this.id = settings.id;
    this.dimensions = settings.dimensions;
    this.#client = openAiClient(account, outbound, {
      headersTimeoutMs: timeoutMs,
      idleTimeoutMs: timeoutMs,
    });
  }

  async embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += EMBEDDING_BATCH) {
      const batch = texts.slice(start, start + EMBEDDING_BATCH).map(readableText);
      vectors.push(...(await this.retries.run(() => this.#embedBatch(batch, options), options.signal)));
    }
    return vectors;
  }

  async #embedBatch(batch: string[], { signal, onTokens }: EmbedOptions): Promise<Float32Array[]> {
    const clock = new CallClock(this.timeoutMs, signal);
    try {
      clock.signal.throwIfAborted();
      // A quarter of the size of numbers in words. What the SDKs ask for, too, so that servers know it or pass over it.
      const { name: model, askedDimensions } = this.settings;
      const body = {
        ...{ model, input: batch, encoding_format: 'base64' as const },
        ...(askedDimensions === null ? {} : { dimensions: askedDimensions }),
      };
      const answer = await this.#client.embeddings.create(body, { signal: clock.signal });
      const tokens = (answer as Partial<typeof answer>).usage?.prompt_tokens;
      if (tokens !== undefined && Number.isInteger(tokens)) onTokens?.(tokens);
      return this.#vectorsFrom(answer, batch.length);
    } catch (failure) {
      clock.signal.throwIfAborted();
      throw failureFrom(failure, ['model', 'input', 'dimensions']);
    } finally {
      clock.release();
    }
  }

  #vectorsFrom({ data }: { readonly data?: unknown }, count: number): Float32Array[] {
    if (!Array.isArray(data) || data.length !== count) throw new ProviderProtocolBroken();
    const inOrder = (data as AnsweredVector[]).toSorted((a, b) => a.index - b.index);
    return inOrder.map(({ embedding }) => unitVector(numbersOf(embedding), this.dimensions));
  }
}

interface AnsweredVector {
  readonly index: number;
  readonly embedding: unknown;
}

/** Little-endian 32-bit floats in base64, as asked for; or the numbers themselves from servers that know nothing else. */
function numbersOf(embedding: unknown): Float32Array {
  if (Array.isArray(embedding)) return Float32Array.from(embedding as number[]);
  if (typeof embedding !== 'string') throw new ProviderProtocolBroken();
  const bytes = Buffer.from(embedding, 'base64');
  const count = Math.floor(bytes.length / Float32Array.BYTES_PER_ELEMENT);
  return Float32Array.from({ length: count }, (_, index) =>
    bytes.readFloatLE(index * Float32Array.BYTES_PER_ELEMENT),
  );
}
