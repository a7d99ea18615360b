import { Inject, Injectable } from '@nestjs/common';
import { ProvidersConfig } from '#config';
import { CallRecord } from './call-record.js';
import { findModel } from './catalogue/model-catalogue.js';
import type { EmbeddingModel } from './ports/embedding-model.port.js';
import { ProviderCalls } from './provider-calls.js';
import { ProviderNotConfigured } from './providers.errors.js';
import { EMBEDDING_MODELS, type ModelCall, type ModelRef } from './providers.types.js';

/** Who wants to know how an embedding goes. */
export interface WatchedEmbedding {
  readonly signal?: AbortSignal;
  readonly onCall: (call: ModelCall) => void;
}

/** The embedding models of this installation. */
@Injectable()
export class EmbeddingModels {
  readonly #models: ReadonlyMap<string, EmbeddingModel>;

  constructor(
    @Inject(EMBEDDING_MODELS) models: ReadonlyMap<string, EmbeddingModel>,
    private readonly config: ProvidersConfig,
    calls: ProviderCalls,
  ) {
    this.#models = new Map([...models].map(([name, model]) => [name, calls.embedding(model)]));
  }

  /**
   * The model that new texts are embedded with.
   *
   * @throws ProviderNotConfigured when `EMBEDDINGS` names a provider whose key is missing.
   */
  current(): EmbeddingModel {
    const model = this.#models.get(this.config.embeddings);
    if (!model) throw new ProviderNotConfigured(this.config.embeddings);
    return model;
  }

  /**
   * Embeds, and tells of the call when it has ended, however it did. Of calls that reach no provider, as those of the
   * built-in model, there is nothing to tell.
   */
  async embed(
    model: EmbeddingModel,
    texts: readonly string[],
    { signal, onCall }: WatchedEmbedding,
  ): Promise<Float32Array[]> {
    const ref = refOf(model);
    if (ref.provider === 'local' || texts.length === 0) return model.embed(texts, { signal });
    const facts = findModel(ref.provider, ref.name);
    const record = new CallRecord({ ref, credentialId: null, facts }, 1, onCall, 'embedding');
    let inputTokens = 0;
    const onTokens = (tokens: number): void => {
      inputTokens += tokens;
      record.note({ type: 'usage', inputTokens, outputTokens: 0 });
    };
    try {
      const vectors = await model.embed(texts, { signal, onTokens });
      record.answered();
      return vectors;
    } catch (failure) {
      record.failed(failure, signal?.aborted ?? false);
      throw failure;
    }
  }

  /** The model that made vectors with this id, to query them while a change re-embeds; `null` when it is gone. */
  byId(id: string): EmbeddingModel | null {
    return [...this.#models.values()].find((model) => model.id === id) ?? null;
  }
}

/** `openai/text-embedding-3-small@1`, without the version. */
function refOf({ id }: EmbeddingModel): ModelRef {
  const slash = id.indexOf('/');
  return { provider: id.slice(0, slash), name: id.slice(slash + 1).replace(/@\d+$/, '') };
}
