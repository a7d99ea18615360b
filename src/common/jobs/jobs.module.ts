import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import type { QueueConfig } from '#config';
import { BullConnections } from './adapters/bull/bull.connections.js';
import { BullJobCarrier } from './adapters/bull/bull.job-carrier.js';
import { BULL_QUEUE_TOKENS, type BullQueue, bullQueues } from './adapters/bull/bull.queues.js';
import { InProcessJobCarrier } from './adapters/in-process/in-process.job-carrier.js';
import { JobChanges } from './job-changes.js';
import { JobClaimsRepository } from './job-claims.repository.js';
import { JobCensus } from './job-census.js';
import { JobCensusRepository } from './job-census.repository.js';
import { JobHandlers } from './job-handlers.js';
import { JobOrigins } from './job-origins.js';
import { JobQueue } from './job-queue.js';
import { JobRunner } from './job-runner.js';
import { JobSweeper } from './job-sweeper.js';
import { JobTiming } from './job-timing.js';
import { JobWorker } from './job-worker.js';
import { JobsRepository } from './jobs.repository.js';
import { JobCarrier } from './ports/job-carrier.port.js';

export interface JobsModuleOptions {
  /** With a Redis, Bull carries; without, the process itself. */
  readonly queue: QueueConfig;
  /** Whether this process runs jobs, and so holds a handler for each. */
  readonly runsJobs: boolean;
  readonly timing?: Partial<JobTiming>;
}

function bullCarrier(config: QueueConfig, url: string): Pick<DynamicModule, 'imports' | 'providers'> {
  const connections = new BullConnections(url);
  return {
    imports: [bullQueues(config, connections)],
    providers: [
      {
        provide: JobCarrier,
        inject: [...BULL_QUEUE_TOKENS],
        useFactory: (...queues: BullQueue[]) => new BullJobCarrier(queues, connections),
      },
    ],
  };
}

const inProcessCarrier: Pick<DynamicModule, 'imports' | 'providers'> = {
  imports: [],
  providers: [{ provide: JobCarrier, useClass: InProcessJobCarrier }],
};

const running: readonly Provider[] = [JobHandlers, JobRunner, JobSweeper, JobWorker];

/** Background work. `JobsHttpModule` adds the routes. */
@Module({})
export class JobsModule {
  static with({ queue, runsJobs, timing }: JobsModuleOptions): DynamicModule {
    const carrier = queue.redisUrl ? bullCarrier(queue, queue.redisUrl) : inProcessCarrier;
    return {
      module: JobsModule,
      global: true,
      imports: [DiscoveryModule, ...(carrier.imports ?? [])],
      providers: [
        ...(carrier.providers ?? []),
        { provide: JobTiming, useValue: new JobTiming(timing) },
        JobCensus,
        JobCensusRepository,
        JobChanges,
        JobClaimsRepository,
        JobOrigins,
        JobQueue,
        JobsRepository,
        ...(runsJobs ? running : []),
      ],
      exports: [
        JobCarrier,
        JobChanges,
        JobOrigins,
        JobQueue,
        JobsRepository,
        JobTiming,
        ...(runsJobs ? [JobSweeper, JobWorker] : []),
      ],
    };
  }
}
