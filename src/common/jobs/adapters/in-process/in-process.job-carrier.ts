import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { JOB_QUEUE_NAMES, JOB_QUEUES, type JobQueueName } from '../../job-queues.js';
import type { JobTicket } from '../../job.types.js';
import { type DeliverJob, JobCarrier } from '../../ports/job-carrier.port.js';
import { QueueLane } from './queue-lane.js';

/** Carries jobs within the process, when there is no Redis. */
@Injectable()
export class InProcessJobCarrier extends JobCarrier {
  readonly #logger = new Logger(InProcessJobCarrier.name);
  readonly #lanes = new Map<JobQueueName, QueueLane>();
  // A job must not inherit the request, the transaction or the log lines of whoever enqueued it.
  readonly #outside = AsyncLocalStorage.snapshot();

  offer({ id, queue, delayMs }: JobTicket): void {
    this.#outside(() => this.#lanes.get(queue)?.offer(id, delayMs));
  }

  start(deliver: DeliverJob): void {
    const run = async (id: string): Promise<number | null> => {
      try {
        return await deliver(id);
      } catch (error) {
        this.#logger.error({ err: error, jobId: id }, 'A job could not be run; the sweeper tries again');
        return null;
      }
    };
    JOB_QUEUE_NAMES.forEach((name) => {
      this.#lanes.set(name, new QueueLane(JOB_QUEUES[name].concurrency, run));
    });
  }

  pause(): Promise<void> {
    this.#lanes.forEach((lane) => {
      lane.close();
    });
    this.#lanes.clear();
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.pause();
  }

  assertReachable(): Promise<void> {
    return Promise.resolve();
  }
}
