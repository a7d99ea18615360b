import { Injectable } from '@nestjs/common';
import { type EmbeddingModel, EmbeddingModels, Ledger, type ModelCall } from '#modules/providers';
import type { ChunkVector, UnembeddedChunk } from '../chunks.types.js';
import { EmbeddingsRepository } from '../embeddings.repository.js';

const BATCH = 32;

/** Vectors of one model for a set of passages. */
export interface ModelVectors {
  readonly model: string;
  readonly vectors: readonly ChunkVector[];
}

/** Whose passages they are. */
export interface EmbeddedSource {
  readonly workspaceId: string;
  readonly datasourceId: string;
}

/** How far it is, and a stop. */
export interface EmbeddingProgress {
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
}

/** Embeds passages by the current model, and by the one that still serves while a change is under way. */
@Injectable()
export class EmbedChunks {
  constructor(
    private readonly models: EmbeddingModels,
    private readonly embeddings: EmbeddingsRepository,
    private readonly ledger: Ledger,
  ) {}

  /** What it costs is in the ledger also when it fails or is stopped. */
  async execute(
    { workspaceId, datasourceId }: EmbeddedSource,
    chunks: readonly UnembeddedChunk[],
    progress: EmbeddingProgress,
  ): Promise<ModelVectors[]> {
    const current = this.models.current();
    const servingId = await this.embeddings.servingModel(workspaceId, current.id);
    const serving = servingId === current.id ? null : this.models.byId(servingId);
    const vectors: ModelVectors[] = [];
    const calls: ModelCall[] = [];
    try {
      for (const model of serving ? [current, serving] : [current])
        vectors.push({ model: model.id, vectors: await this.#embedAll(model, chunks, progress, calls) });
    } finally {
      await this.ledger.write({ workspaceId, datasourceId }, calls);
    }
    return vectors;
  }

  async #embedAll(
    model: EmbeddingModel,
    chunks: readonly UnembeddedChunk[],
    { signal, onProgress }: EmbeddingProgress,
    calls: ModelCall[],
  ): Promise<ChunkVector[]> {
    const embedded: ChunkVector[] = [];
    for (let start = 0; start < chunks.length; start += BATCH) {
      const batch = chunks.slice(start, start + BATCH);
      const texts = batch.map((chunk) => chunk.embeddingText);
      const vectors = await this.models.embed(model, texts, { signal, onCall: (call) => calls.push(call) });
      vectors.forEach((vector, index) => {
        const chunk = batch[index];
        if (chunk) embedded.push({ chunkId: chunk.id, vector });
      });
      onProgress(Math.min(1, (start + BATCH) / chunks.length));
    }
    return embedded;
  }
}
