import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Job } from 'bull';
import { Unavailable } from '#common/errors';
import { JOB_QUEUES, type JobQueueName } from '../../job-queues.js';
import type { JobTicket } from '../../job.types.js';
import { type DeliverJob, JobCarrier } from '../../ports/job-carrier.port.js';
import type { BullConnections } from './bull.connections.js';
import type { BullQueue, CarriedJob } from './bull.queues.js';
import { DeliverAgain } from './deliver-again.js';

/** How long Redis may take over an answer that somebody waits for. */
const PATIENCE_MS = 2_000;

/** Carries jobs over Redis, to any number of processes. */
export class BullJobCarrier extends JobCarrier implements OnApplicationShutdown {
  readonly #logger = new Logger(BullJobCarrier.name);
  readonly #queues: ReadonlyMap<JobQueueName, BullQueue>;
  #wasReady = false;
  #isClosing = false;

  constructor(
    queues: readonly BullQueue[],
    private readonly connections: BullConnections,
  ) {
    super();
    this.#queues = new Map(queues.map((queue) => [queue.name as JobQueueName, queue]));
    connections.client.once('ready', () => {
      this.#wasReady = true;
    });
    queues.forEach((queue) => {
      // The hook of @nestjs/bull waits for Redis without a limit; `close` does not.
      Reflect.deleteProperty(queue, 'onApplicationShutdown');
      // Bull tells Redis a name for the process, which nobody reads, and lets the failure of that go unhandled.
      Reflect.set(queue, 'setWorkerName', () => undefined);
    });
  }

  offer(ticket: JobTicket): void {
    // While Redis is away the commands would only pile up: the sweeper offers again once it is back.
    if (this.#wasReady && this.connections.client.status !== 'ready') return;
    this.#add(ticket).catch((error: unknown) => {
      this.#logger.debug(
        { err: error, jobId: ticket.id },
        'A job could not be handed over; the sweeper tries again',
      );
    });
  }

  start(deliver: DeliverJob): void {
    this.#queues.forEach((queue, name) => {
      queue
        .process(JOB_QUEUES[name].concurrency, async ({ data }) => {
          const againInMs = await deliver(data.id);
          if (againInMs !== null) throw new DeliverAgain(againInMs);
        })
        .catch((error: unknown) => {
          if (!this.#isClosing)
            this.#logger.error({ err: error, queue: name }, 'A queue cannot be processed');
        });
    });
  }

  async pause(): Promise<void> {
    await this.#patiently(Promise.all([...this.#queues.values()].map((queue) => queue.pause(true, true))));
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#patiently(Promise.all([...this.#queues.values()].map((queue) => queue.close())));
    this.connections.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }

  async assertReachable(): Promise<void> {
    if ((await this.#patiently(this.connections.client.ping())) !== 'PONG') throw new Unavailable();
  }

  async #add({ id, queue: name, delayMs }: JobTicket): Promise<void> {
    const queue = this.#queues.get(name);
    if (!queue) return;
    const known = await queue.getJob(id);
    if (known && delayMs > 0) return;
    // A retried job may still sit out the pause of its former attempt.
    if (known && (await known.isDelayed())) return known.promote();
    if (known && !(await isAstray(queue, known))) return;
    await known?.remove();
    await queue.add({ id }, { jobId: id, delay: Math.max(0, Math.ceil(delayMs)) });
  }

  /** What Redis says in time; undefined when it fails or does not answer. */
  async #patiently<T>(answer: Promise<T>): Promise<T | undefined> {
    const limit = new AbortController();
    const silence = sleep(PATIENCE_MS, undefined, { signal: limit.signal }).catch(() => undefined);
    try {
      return await Promise.race([answer.catch(() => undefined), silence]);
    } finally {
      limit.abort();
    }
  }
}

/**
 * Whether Bull has the job but none of its lists does, as after a Redis that lost some keys. Looked at only once nothing
 * waits in the queue: searching a long list for every waiting job would be slow, and an error costs a claim that fails.
 */
async function isAstray(queue: BullQueue, job: Job<CarriedJob>): Promise<boolean> {
  return (await queue.getWaitingCount()) === 0 && !(await job.isActive());
}
