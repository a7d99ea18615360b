import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import { JobQueue } from '#common/jobs';
import { type EmbeddingChoice, EmbeddingModels } from '#modules/providers';
import type { ChunkVector } from './chunks.types.js';
import type { StartedJob } from './datasources.types.js';
import { EmbeddingsRepository } from './embeddings.repository.js';
import type { ServingEmbeddings } from './embeddings.types.js';
import { reembedWorkspace } from './jobs/reembed-workspace.job.js';

/** With which models a workspace embeds. */
export interface WorkspaceEmbeddings {
  /** For new passages. */
  readonly current: EmbeddingChoice;
  /** Whose vectors answer; null when that model is gone. */
  readonly serving: EmbeddingChoice | null;
  /** Whether the workspace has chosen. */
  readonly isChosen: boolean;
}

/** Which models the passages of a workspace are embedded and found with, and the change from one to another. */
@Injectable()
export class EmbeddingSpaces {
  constructor(
    private readonly repository: EmbeddingsRepository,
    private readonly models: EmbeddingModels,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** @throws ProviderNotConfigured */
  async of(workspaceId: string): Promise<WorkspaceEmbeddings> {
    const { chosen, serving } = await this.repository.space(workspaceId);
    const current = chosen ?? this.models.usual();
    if (serving) return { current, serving: this.choiceOf(serving), isChosen: chosen !== null };
    await this.repository.begin(workspaceId, current.id);
    return { current, serving: current, isChosen: chosen !== null };
  }

  /** The model that made the vectors; null when it is gone. */
  choiceOf({ id, kept }: ServingEmbeddings): EmbeddingChoice | null {
    return kept ?? this.models.byId(id);
  }

  /**
   * Lets a workspace embed like this from now on, or as the installation does; what was there before serves until each
   * passage has its new vector.
   *
   * @returns the job that makes the vectors; null when nothing has changed.
   */
  async change(workspaceId: string, choice: EmbeddingChoice | null): Promise<StartedJob | null> {
    return this.unitOfWork.run(async () => {
      const { chosen } = await this.repository.space(workspaceId);
      if (choice) await this.repository.choose(workspaceId, choice);
      else await this.repository.unchoose(workspaceId);
      const { current, serving } = await this.of(workspaceId);
      const isSettled = chosen?.id === choice?.id && serving?.id === current.id;
      return isSettled ? null : this.#start(workspaceId, current);
    });
  }

  /**
   * Sees to it that passages which are being stored get vectors of the current model, should that have become another
   * one while they were embedded. In the caller's unit of work, before any passage is touched: whoever lets a model serve
   * takes the same way.
   *
   * @param made ids of the models whose vectors they have.
   * @returns those of them that are still needed.
   */
  async completeVectors(workspaceId: string, made: readonly string[]): Promise<readonly string[]> {
    const needed = await this.#needed(workspaceId);
    if (!made.includes(needed.current.id)) await this.#start(workspaceId, needed.current);
    return made.filter((id) => needed.ids.includes(id));
  }

  /** Keeps vectors of a model, unless it is needed no more. */
  async keep(workspaceId: string, id: string, vectors: readonly ChunkVector[]): Promise<void> {
    await this.unitOfWork.run(async () => {
      const { ids } = await this.#needed(workspaceId);
      if (ids.includes(id)) await this.repository.save(workspaceId, id, vectors);
    });
  }

  /**
   * Lets the current model serve, and drops the vectors of all others.
   * @returns whether it does: not while a passage has no vector of it, nor when another one has been chosen.
   */
  async serve(workspaceId: string, id: string): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      await this.repository.holdSpace(workspaceId, 'update');
      const { current } = await this.of(workspaceId);
      if (current.id !== id || (await this.repository.countWithout(workspaceId, id)) > 0) return false;
      await this.repository.serve(workspaceId, id);
      return true;
    });
  }

  /** Whose vectors are needed, to the end of the transaction. */
  async #needed(workspaceId: string): Promise<{ current: EmbeddingChoice; ids: readonly string[] }> {
    await this.repository.holdSpace(workspaceId, 'share');
    const { current, serving } = await this.of(workspaceId);
    return { current, ids: [current.id, ...(serving ? [serving.id] : [])] };
  }

  #start(workspaceId: string, { id: model }: EmbeddingChoice): Promise<StartedJob> {
    return this.jobs.add(reembedWorkspace, { model }, { workspaceId });
  }
}
