import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import type { JobContext } from '#common/jobs';
import { type EmbeddingModel, EmbeddingModels, Ledger, type ModelCall } from '#modules/providers';
import { type ChunkToEmbed, EmbeddingsRepository } from '../embeddings.repository.js';
import { embeddingTextOf } from '../retrieval/lexical-index.js';

const BATCH = 64;

/** Moves a workspace to the current embedding model while the old vectors serve. Goes on where it was stopped. */
@Injectable()
export class ReembedWorkspace {
  constructor(
    private readonly embeddings: EmbeddingsRepository,
    private readonly models: EmbeddingModels,
    private readonly unitOfWork: UnitOfWork,
    private readonly ledger: Ledger,
  ) {}

  async execute(modelId: string, job: JobContext): Promise<{ embedded: number }> {
    const model = this.models.current();
    if (model.id !== modelId) return { embedded: 0 };
    const total = await this.embeddings.countWithout(job.job.workspaceId, modelId);
    let embedded = 0;
    for (;;) {
      job.throwIfCancelled();
      const chunks = await this.embeddings.findWithout(job.job.workspaceId, modelId, BATCH);
      if (chunks.length === 0) break;
      const vectors = await this.#embed(model, chunks, job);
      const rows = chunks.flatMap(({ id: chunkId }, index) => {
        const vector = vectors[index];
        return vector ? [{ chunkId, vector }] : [];
      });
      await this.unitOfWork.run(() => this.embeddings.save(job.job.workspaceId, modelId, rows));
      embedded += chunks.length;
      job.progress(Math.min(1, embedded / Math.max(1, total)), 'embedding');
    }
    await this.unitOfWork.run(() => this.embeddings.serve(job.job.workspaceId, modelId));
    return { embedded };
  }

  async #embed(
    model: EmbeddingModel,
    chunks: readonly ChunkToEmbed[],
    { job: { workspaceId }, signal }: JobContext,
  ): Promise<Float32Array[]> {
    const calls: ModelCall[] = [];
    try {
      const onCall = (call: ModelCall): number => calls.push(call);
      return await this.models.embed(model, chunks.map(embeddingTextOf), { signal, onCall });
    } finally {
      await this.ledger.write({ workspaceId }, calls);
    }
  }
}
