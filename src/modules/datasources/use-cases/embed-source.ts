import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import type { JobContext } from '#common/jobs';
import { EmbeddingSpaces } from '../embedding-spaces.service.js';
import { EmbeddingsRepository } from '../embeddings.repository.js';
import { embeddingTextOf } from '../retrieval/lexical-index.js';
import { EmbedChunks, type EmbeddedSource } from './embed-chunks.js';

const BATCH = 64;

/** Gives vectors to those passages of a source that lack them. Goes on where it was stopped. */
@Injectable()
export class EmbedSource {
  constructor(
    private readonly embeddings: EmbeddingsRepository,
    private readonly spaces: EmbeddingSpaces,
    private readonly embedChunks: EmbedChunks,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async execute(source: EmbeddedSource, job: Pick<JobContext, 'signal' | 'moves'>): Promise<void> {
    const { workspaceId, datasourceId } = source;
    const { id: model } = (await this.spaces.of(workspaceId)).current;
    for (;;) {
      job.signal.throwIfAborted();
      const chunks = await this.embeddings.findWithout(workspaceId, model, BATCH, datasourceId);
      if (chunks.length === 0) return;
      const texts = chunks.map((chunk) => ({ id: chunk.id, embeddingText: embeddingTextOf(chunk) }));
      const made = await this.embedChunks.execute(source, texts, {
        signal: job.signal,
        onProgress: () => job.moves(),
      });
      await this.unitOfWork.run(async () => {
        for (const { model: id, vectors } of made) await this.embeddings.save(workspaceId, id, vectors);
      });
    }
  }
}
