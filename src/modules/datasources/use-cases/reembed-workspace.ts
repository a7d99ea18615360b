import { Injectable } from '@nestjs/common';
import type { JobContext } from '#common/jobs';
import { type EmbeddingChoice, EmbeddingModels, Ledger, type ModelCall } from '#modules/providers';
import { EmbeddingSpaces } from '../embedding-spaces.service.js';
import { type ChunkToEmbed, EmbeddingsRepository } from '../embeddings.repository.js';
import { embeddingTextOf } from '../retrieval/lexical-index.js';

const BATCH = 64;

/** Moves a workspace to the current embedding model while the old vectors serve. Goes on where it was stopped. */
@Injectable()
export class ReembedWorkspace {
  constructor(
    private readonly embeddings: EmbeddingsRepository,
    private readonly spaces: EmbeddingSpaces,
    private readonly models: EmbeddingModels,
    private readonly ledger: Ledger,
  ) {}

  /** Ends early when another model has become the current one. */
  async execute(modelId: string, job: JobContext): Promise<{ embedded: number }> {
    const { workspaceId } = job.job;
    const total = await this.embeddings.countWithout(workspaceId, modelId);
    let embedded = 0;
    for (;;) {
      job.throwIfCancelled();
      const { current } = await this.spaces.of(workspaceId);
      if (current.id !== modelId) break;
      const chunks = await this.embeddings.findWithout(workspaceId, modelId, BATCH);
      if (chunks.length === 0 && (await this.spaces.serve(workspaceId, modelId))) break;
      const vectors = await this.#embed(current, chunks, job);
      const rows = chunks.flatMap(({ id: chunkId }, index) => {
        const vector = vectors[index];
        return vector ? [{ chunkId, vector }] : [];
      });
      await this.spaces.keep(workspaceId, modelId, rows);
      embedded += chunks.length;
      job.progress(Math.min(1, embedded / Math.max(1, total)), 'embedding', {
        done: embedded,
        known: Math.max(embedded, total),
        unit: 'passages',
      });
    }
    return { embedded };
  }

  async #embed(
    choice: EmbeddingChoice,
    chunks: readonly ChunkToEmbed[],
    { job: { workspaceId }, signal }: JobContext,
  ): Promise<Float32Array[]> {
    const calls: ModelCall[] = [];
    try {
      const onCall = (call: ModelCall): number => calls.push(call);
      return await this.models.embed(choice, chunks.map(embeddingTextOf), { workspaceId, signal, onCall });
    } finally {
      await this.ledger.write({ workspaceId }, calls);
    }
  }
}
