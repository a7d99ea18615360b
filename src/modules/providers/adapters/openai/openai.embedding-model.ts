import type { OpenAI } from 'openai';
import type { OutboundClient } from '#common/http';
import { EmbeddingModel, type EmbedOptions } from '../../ports/embedding-model.port.js';
import { ProviderProtocolBroken } from '../../providers.errors.js';
import { RetryPolicy } from '../../retry-policy.js';
import { answerWithin } from '../shared/answer-within.js';
import { type EmbeddingSettings, inBatches, unitVector } from '../shared/embedding-texts.js';
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

  embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    return inBatches(texts, (batch) =>
      this.retries.run(() => this.#embedBatch(batch, options), options.signal),
    );
  }

  #embedBatch(batch: string[], { signal: caller, onTokens }: EmbedOptions): Promise<Float32Array[]> {
    return answerWithin(this.timeoutMs, caller, {
      ask: async (signal) => {
        // A quarter of the size of numbers in words. What the SDKs ask for, too, so that servers know it or pass over it.
        const { name: model, askedDimensions } = this.settings;
        const body = {
          ...{ model, input: batch, encoding_format: 'base64' as const },
          ...(askedDimensions === null ? {} : { dimensions: askedDimensions }),
        };
        const answer = await this.#client.embeddings.create(body, { signal });
        const tokens = (answer as Partial<typeof answer>).usage?.prompt_tokens;
        if (tokens !== undefined && Number.isInteger(tokens)) onTokens?.(tokens);
        return this.#vectorsFrom(answer, batch.length);
      },
      failureFrom: (thrown) => failureFrom(thrown, ['model', 'input', 'dimensions']),
    });
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
  const bytes = new Uint8Array(Buffer.from(embedding, 'base64'));
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / Float32Array.BYTES_PER_ELEMENT));
}
