import type { ContentEmbedding, GoogleGenAI } from '@google/genai/web';
import type { OutboundClient } from '#common/http';
import { EmbeddingModel, type EmbedOptions } from '../../ports/embedding-model.port.js';
import { ProviderProtocolBroken } from '../../providers.errors.js';
import { RetryPolicy } from '../../retry-policy.js';
import { answerWithin } from '../shared/answer-within.js';
import { type EmbeddingSettings, inBatches, unitVector } from '../shared/embedding-texts.js';
import type { ProviderAccount } from '../shared/provider-account.js';
import { geminiClient } from './gemini-client.js';
import { failureFrom } from './gemini-failure.js';

const TIMEOUT_MS = 30_000;
const USUAL: EmbeddingSettings = {
  ...{ id: 'gemini/gemini-embedding-001@1', name: 'gemini-embedding-001' },
  ...{ dimensions: 768, askedDimensions: 768 },
};

/** Google's embedding models. Of longer texts they read the first 8,000 characters, or 2,048 tokens if that is less. */
export class GeminiEmbeddingModel extends EmbeddingModel {
  readonly id: string;
  readonly dimensions: number | null;
  readonly #client: GoogleGenAI;

  constructor(
    account: ProviderAccount,
    outbound: OutboundClient,
    private readonly retries: RetryPolicy = new RetryPolicy(),
    private readonly timeoutMs: number = TIMEOUT_MS,
    private readonly settings: EmbeddingSettings = USUAL,
  ) {
    super();
    this.id = settings.id;
    this.dimensions = settings.dimensions;
    this.#client = geminiClient(account, outbound, { headersTimeoutMs: timeoutMs, idleTimeoutMs: timeoutMs });
  }

  embed(texts: readonly string[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    return inBatches(texts, (batch) =>
      this.retries.run(() => this.#embedBatch(batch, options), options.signal),
    );
  }

  #embedBatch(contents: string[], { signal: caller, onTokens }: EmbedOptions): Promise<Float32Array[]> {
    return answerWithin(this.timeoutMs, caller, {
      ask: async (abortSignal) => {
        const { name: model, askedDimensions } = this.settings;
        const config = {
          ...(askedDimensions === null ? {} : { outputDimensionality: askedDimensions }),
          abortSignal,
        };
        const answer = await this.#client.models.embedContent({ model, contents, config });
        const { embeddings, usageMetadata: { promptTokenCount: tokens } = {} } = answer;
        if (tokens !== undefined && Number.isInteger(tokens)) onTokens?.(tokens);
        return vectorsFrom(embeddings, contents.length, this.dimensions);
      },
      failureFrom: (thrown) => failureFrom(thrown, ['model', 'contents', 'outputDimensionality']),
    });
  }
}

/** Of vectors that are cut short, the API leaves the length as it comes. */
function vectorsFrom(
  embeddings: readonly ContentEmbedding[] | undefined,
  count: number,
  dimensions: number | null,
): Float32Array[] {
  if (!Array.isArray(embeddings) || embeddings.length !== count) throw new ProviderProtocolBroken();
  return (embeddings as ContentEmbedding[]).map(({ values = [] }) =>
    unitVector(Float32Array.from(values), dimensions),
  );
}
