import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Tenancy, UnitOfWork } from '#common/database';
import { JobQueue } from '#common/jobs';
import { EmbeddingModels } from '#modules/providers';
import { EmbeddingsRepository } from './embeddings.repository.js';
import { reembedWorkspace } from './jobs/reembed-workspace.job.js';

/** Starts, when the setting `EMBEDDINGS` has changed, one job for each workspace that has not chosen to move to the new model. */
@Injectable()
export class EmbeddingChangeStarter implements OnApplicationBootstrap {
  constructor(
    private readonly embeddings: EmbeddingsRepository,
    private readonly models: EmbeddingModels,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
    private readonly tenancy: Tenancy,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { id: model } = this.models.usual();
    const workspaces = await this.tenancy.runUnbound(() => this.embeddings.workspacesServedByOthers(model));
    for (const workspaceId of workspaces) {
      await this.tenancy.run(workspaceId, () =>
        this.unitOfWork.run(() => this.jobs.add(reembedWorkspace, { model }, { workspaceId })),
      );
    }
  }
}
