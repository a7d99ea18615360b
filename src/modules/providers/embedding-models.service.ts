import { Inject, Injectable } from '@nestjs/common';
import { ProvidersConfig } from '#config';
import type { EmbeddingModel } from './ports/embedding-model.port.js';
import { ProviderCalls } from './provider-calls.js';
import { ProviderNotConfigured } from './providers.errors.js';
import { EMBEDDING_MODELS } from './providers.types.js';

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

  /** The model that made vectors with this id, to query them while a change re-embeds; `null` when it is gone. */
  byId(id: string): EmbeddingModel | null {
    return [...this.#models.values()].find((model) => model.id === id) ?? null;
  }
}
