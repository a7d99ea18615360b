import { Injectable, Logger } from '@nestjs/common';
import {
  type EmbeddingChoice,
  EmbeddingModels,
  Ledger,
  type ModelCall,
  ProviderFailure,
} from '#modules/providers';
import type { ChunkVector, UnembeddedChunk } from '../chunks.types.js';
import { EmbeddingSpaces } from '../embedding-spaces.service.js';

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
  /** Told how many of the passages have vectors now. */
  readonly onProgress: (done: number) => void;
}

/** Embeds passages by the current model, and by the one that still serves while a change is under way. */
@Injectable()
export class EmbedChunks {
  readonly #logger = new Logger(EmbedChunks.name);

  constructor(
    private readonly models: EmbeddingModels,
    private readonly spaces: EmbeddingSpaces,
    private readonly ledger: Ledger,
  ) {}

  /** What it costs is in the ledger also when it fails or is stopped. */
  async execute(
    { workspaceId, datasourceId }: EmbeddedSource,
    chunks: readonly UnembeddedChunk[],
    progress: EmbeddingProgress,
  ): Promise<ModelVectors[]> {
    const { current, serving } = await this.spaces.of(workspaceId);
    const calls: ModelCall[] = [];
    const embed = async (choice: EmbeddingChoice): Promise<ModelVectors> => ({
      model: choice.id,
      vectors: await this.#embedAll(choice, chunks, { ...progress, workspaceId, calls }),
    });
    try {
      const vectors = [await embed(current)];
      if (serving && serving.id !== current.id)
        vectors.push(...(await this.#unlessItFails(() => embed(serving))));
      return vectors;
    } finally {
      await this.ledger.write({ workspaceId, datasourceId }, calls);
    }
  }

  /** The model that is on its way out may be so because it fails; until the new one serves, words find the passages. */
  async #unlessItFails(embed: () => Promise<ModelVectors>): Promise<ModelVectors[]> {
    try {
      return [await embed()];
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      this.#logger.warn({ err: error }, 'Passages have no vectors of the model that still serves');
      return [];
    }
  }

  async #embedAll(
    choice: EmbeddingChoice,
    chunks: readonly UnembeddedChunk[],
    {
      workspaceId,
      signal,
      onProgress,
      calls,
    }: EmbeddingProgress & { workspaceId: string; calls: ModelCall[] },
  ): Promise<ChunkVector[]> {
    const onCall = (call: ModelCall): number => calls.push(call);
    const embedded: ChunkVector[] = [];
    for (let start = 0; start < chunks.length; start += BATCH) {
      const batch = chunks.slice(start, start + BATCH);
      const texts = batch.map((chunk) => chunk.embeddingText);
      const vectors = await this.models.embed(choice, texts, { workspaceId, signal, onCall });
      vectors.forEach((vector, index) => {
        const chunk = batch[index];
        if (chunk) embedded.push({ chunkId: chunk.id, vector });
      });
      onProgress(Math.min(chunks.length, start + BATCH));
    }
    return embedded;
  }
}
