import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '#common/database';
import type { JobDeclaration } from './job-declaration.js';
import { JobOrigins } from './job-origins.js';
import { JobsRepository } from './jobs.repository.js';
import type { JobRef } from './job.types.js';
import { JobCarrier } from './ports/job-carrier.port.js';

export interface JobOptions {
  readonly workspaceId: string;
  /** Not before so many milliseconds from now. */
  readonly delayMs?: number;
}

/** Where services leave work that is slow or has to survive a crash. */
@Injectable()
export class JobQueue {
  constructor(
    private readonly repository: JobsRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly carrier: JobCarrier,
    private readonly origins: JobOrigins,
  ) {}

  /**
   * Enqueues a job as part of the caller's unit of work; it starts after the commit, and not at all after a rollback.
   *
   * With a `key`, a twin that waits is joined: it will see what the caller has changed, and comes no later than the caller
   * wants unless it waits between tries. A twin that runs is answered too, as `running`, and goes round again as a job of
   * its own once it has ended, however it ends, after the delay of whoever wants it first.
   */
  async add<Payload extends object>(
    declaration: JobDeclaration<Payload>,
    payload: Payload,
    { workspaceId, delayMs = 0 }: JobOptions,
  ): Promise<JobRef> {
    return this.unitOfWork.run(async () => {
      const job = await this.repository.add({
        workspaceId,
        declaration,
        payload,
        dedupeKey: declaration.key?.(payload) ?? null,
        delayMs,
        origin: this.origins.current(),
      });
      await this.unitOfWork.afterCommit(() => {
        this.carrier.offer({ id: job.id, queue: declaration.queue, delayMs });
      });
      return job;
    });
  }
}
