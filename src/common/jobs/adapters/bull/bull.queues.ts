import { BullModule, getQueueToken } from '@nestjs/bull';
import type { DynamicModule } from '@nestjs/common';
import type { Queue, QueueOptions } from 'bull';
import type { QueueConfig } from '#config';
import { JOB_QUEUE_NAMES } from '../../job-queues.js';
import type { BullConnections } from './bull.connections.js';
import { DeliverAgain } from './deliver-again.js';

/** What Bull is told of a job: nothing that is not in its row. */
export interface CarriedJob {
  readonly id: string;
}

export type BullQueue = Queue<CarriedJob>;

const ROW_DECIDES = 'row-decides';

function optionsOf(config: QueueConfig, connections: BullConnections): QueueOptions {
  return {
    prefix: config.prefix,
    createClient: connections.open,
    settings: {
      // A worker that died is forgotten within 9 s, before the sweeper offers its job again: until then Bull would not
      // take it. A worker that was only busy loses nothing, since the row decides who has the job.
      lockDuration: 6_000,
      stalledInterval: 3_000,
      // How often a job may lose its process is decided by the row.
      maxStalledCount: 1_000_000,
      backoffStrategies: {
        [ROW_DECIDES]: (_attempts, error) => (error instanceof DeliverAgain ? error.delayMs : -1),
      },
    },
    defaultJobOptions: {
      attempts: 1_000_000,
      backoff: { type: ROW_DECIDES },
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 1,
    },
  };
}

/** Registers a Bull queue for each of ours. */
export function bullQueues(config: QueueConfig, connections: BullConnections): DynamicModule {
  return BullModule.registerQueue(
    ...JOB_QUEUE_NAMES.map((name) => ({ name, ...optionsOf(config, connections) })),
  );
}

export const BULL_QUEUE_TOKENS = JOB_QUEUE_NAMES.map((name) => getQueueToken(name));
