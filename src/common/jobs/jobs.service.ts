import { Injectable } from '@nestjs/common';
import type { Actor } from '#common/access';
import { UnitOfWork } from '#common/database';
import { NotFound } from '#common/errors';
import { JobChanges } from './job-changes.js';
import { JobWatcher } from './job-watcher.js';
import { JobOrigins } from './job-origins.js';
import { JobAlreadyFinished, JobNotRetryable } from './jobs.errors.js';
import { JobsRepository } from './jobs.repository.js';
import type { JobView } from './job.types.js';
import { JobCarrier } from './ports/job-carrier.port.js';

/** Shows background work to those who wait for it, and lets them stop it. */
@Injectable()
export class JobsService {
  constructor(
    private readonly repository: JobsRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly carrier: JobCarrier,
    private readonly changes: JobChanges,
    private readonly watcher: JobWatcher,
    private readonly origins: JobOrigins,
  ) {}

  /** @throws NotFound also for jobs of other workspaces. */
  async get(actor: Actor, id: string): Promise<JobView> {
    const job = await this.repository.find(actor.workspaceId, id);
    if (!job) throw new NotFound('The job');
    return job;
  }

  /**
   * Ends a waiting job at once. A running one, and one that waits for its next turn, ends as soon as its handler notices.
   * @throws NotFound, JobAlreadyFinished
   */
  async cancel(actor: Actor, id: string): Promise<JobView> {
    return this.unitOfWork.run(async () => {
      const job = await this.repository.cancel(actor.workspaceId, id);
      if (!job) return this.#refuse(actor, id, new JobAlreadyFinished());
      await this.unitOfWork.afterCommit(() => {
        if (job.state === 'queued') this.carrier.offer({ id, queue: job.queue, delayMs: 0 });
        this.changes.cancelRequested(id);
        this.changes.changed(id);
      });
      return job;
    });
  }

  /**
   * Queues a failed or cancelled job again, with all its attempts.
   * @throws NotFound, JobNotRetryable, JobTwinExists
   */
  async retry(actor: Actor, id: string): Promise<JobView> {
    return this.unitOfWork.run(async () => {
      const job = await this.repository.retry(actor.workspaceId, id, this.origins.current());
      if (!job) return this.#refuse(actor, id, new JobNotRetryable());
      await this.unitOfWork.afterCommit(() => {
        this.carrier.offer({ id, queue: job.queue, delayMs: 0 });
        this.changes.changed(id);
      });
      return job;
    });
  }

  /**
   * The job as it is, and then each time it has changed, until it has finished, is gone, or nobody listens any more.
   * @throws NotFound before the first one.
   */
  async *watch(actor: Actor, id: string, gone: AbortSignal): AsyncGenerator<JobView, void, undefined> {
    const job = await this.get(actor, id);
    yield job;
    yield* this.watcher.follow(job, gone);
  }

  async #refuse(actor: Actor, id: string, error: Error): Promise<never> {
    await this.get(actor, id);
    throw error;
  }
}
