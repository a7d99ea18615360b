import { Injectable } from '@nestjs/common';
import { type EmbeddingModel, EmbeddingModels } from '#modules/providers';
import type { ChunkVector, UnembeddedChunk } from '../chunks.types.js';
import { EmbeddingsRepository } from '../embeddings.repository.js';

const BATCH = 32;

/** Vectors of one model for a set of passages. */
export interface ModelVectors {
  readonly model: string;
  readonly vectors: readonly ChunkVector[];
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
  ) {}

  async execute(
    workspaceId: string,
    chunks: readonly UnembeddedChunk[],
    progress: EmbeddingProgress,
  ): Promise<ModelVectors[]> {
    const current = this.models.current();
    const servingId = await this.embeddings.servingModel(workspaceId, current.id);
    const serving = servingId === current.id ? null : this.models.byId(servingId);
    const vectors: ModelVectors[] = [];
    for (const model of serving ? [current, serving] : [current]) {
      vectors.push({ model: model.id, vectors: await embedAll(model, chunks, progress) });
    }
    return vectors;
  }
}

async function embedAll(
  model: EmbeddingModel,
  chunks: readonly UnembeddedChunk[],
  { signal, onProgress }: EmbeddingProgress,
): Promise<ChunkVector[]> {
  const embedded: ChunkVector[] = [];
  for (let start = 0; start < chunks.length; start += BATCH) {
    const batch = chunks.slice(start, start + BATCH);
    const vectors = await model.embed(
      batch.map((chunk) => chunk.embeddingText),
      signal,
    );
    vectors.forEach((vector, index) => {
      const chunk = batch[index];
      if (chunk) embedded.push({ chunkId: chunk.id, vector });
    });
    onProgress(Math.min(1, (start + BATCH) / chunks.length));
  }
  return embedded;
}
