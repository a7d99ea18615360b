import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { QueueConfig, ServerConfig } from '#config';
import { Sql, Tenancy, UnitOfWork } from '#common/database';
import type { DomainError } from '#common/errors';
import {
  defineJob,
  Handles,
  type JobContext,
  type JobContinuation,
  type JobHandler,
  JobQueue,
  JobsModule,
  JobsRepository,
  JobSweeper,
  type JobTiming,
} from '#common/jobs';
import { NO_TELEMETRY, type Telemetry, TelemetryModule } from '#common/telemetry';
import type { TestDatabase } from './database.js';

/** What the jobs of these suites carry. */
export interface Errand {
  readonly what: string;
}

export const plainErrand = defineJob<Errand>({
  queue: 'ingest',
  name: 'errand.plain',
  attempts: 3,
  backoffMs: 20,
});
export const keyedErrand = defineJob<Errand>({
  queue: 'ingest',
  name: 'errand.keyed',
  attempts: 3,
  backoffMs: 20,
  key: ({ what }) => what,
});
export const exportErrand = defineJob<Errand>({
  queue: 'export',
  name: 'errand.export',
  attempts: 1,
  backoffMs: 20,
});

/** What a handler does when it gets an errand. */
export type Doing = (errand: Errand, context: JobContext) => Promise<object | JobContinuation | void>;

/** What the handlers of one process do; a test gives the doing. */
export class Desk {
  doing: Doing = () => Promise.resolve();
  /** Errands that were given up, with the reason. */
  readonly abandoned: (readonly [what: string, code: string])[] = [];
}

class ErrandHandler implements JobHandler<Errand> {
  constructor(private readonly desk: Desk) {}

  run(errand: Errand, context: JobContext): Promise<object | JobContinuation | void> {
    return this.desk.doing(errand, context);
  }

  abandon({ what }: Errand, { code }: DomainError): Promise<void> {
    this.desk.abandoned.push([what, code]);
    return Promise.resolve();
  }
}

@Handles(plainErrand)
class PlainErrandHandler extends ErrandHandler {
  constructor(desk: Desk) {
    super(desk);
  }
}

@Handles(keyedErrand)
class KeyedErrandHandler extends ErrandHandler {
  constructor(desk: Desk) {
    super(desk);
  }
}

@Handles(exportErrand)
class ExportErrandHandler extends ErrandHandler {
  constructor(desk: Desk) {
    super(desk);
  }
}

export const ERRAND_HANDLERS = [PlainErrandHandler, KeyedErrandHandler, ExportErrandHandler];

export interface JobProcessOptions {
  readonly db: TestDatabase;
  readonly queue?: QueueConfig;
  readonly runsJobs?: boolean;
  readonly timing?: Partial<JobTiming>;
  readonly drainTimeoutMs?: number;
  readonly doing?: Doing;
  readonly handlers?: typeof ERRAND_HANDLERS;
  /** Nobody watches unless said otherwise. */
  readonly telemetry?: Telemetry;
}

/** One process of an installation, as far as jobs go. */
export interface JobProcess {
  readonly desk: Desk;
  readonly queue: JobQueue;
  readonly jobs: JobsRepository;
  readonly app: INestApplicationContext;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

const QUICK: Partial<JobTiming> = { heartbeatMs: 40, sweepMs: 100, progressMs: 10, unwindMs: 50 };

function surroundings({ db, drainTimeoutMs = 2_000 }: JobProcessOptions, desk: Desk): object {
  const server = Object.assign(new ServerConfig(), { drainTimeoutMs });
  const values = [
    { provide: Sql, useValue: db.sql },
    { provide: Tenancy, useValue: db.tenancy },
    { provide: UnitOfWork, useValue: db.unitOfWork },
    { provide: ServerConfig, useValue: server },
    { provide: Desk, useValue: desk },
  ];
  class Surroundings {}
  Module({})(Surroundings);
  return {
    module: Surroundings,
    global: true,
    providers: values,
    exports: values.map(({ provide }) => provide),
  };
}

/** Starts the jobs part of a process on a database; several on one database are several processes. */
export async function startJobProcess(options: JobProcessOptions): Promise<JobProcess> {
  const { queue = new QueueConfig(), runsJobs = true, timing = {}, handlers = ERRAND_HANDLERS } = options;
  const desk = Object.assign(new Desk(), options.doing ? { doing: options.doing } : {});
  class JobProcessModule {}
  Module({
    imports: [
      TelemetryModule.with(options.telemetry ?? NO_TELEMETRY),
      surroundings(options, desk) as never,
      JobsModule.with({ queue, runsJobs, timing: { ...QUICK, ...timing } }),
    ],
    providers: runsJobs ? handlers : [],
  })(JobProcessModule);
  const app = await NestFactory.createApplicationContext(JobProcessModule, {
    logger: false,
    abortOnError: false,
  });
  return {
    desk,
    app,
    queue: app.get(JobQueue),
    jobs: app.get(JobsRepository),
    sweep: () => app.get(JobSweeper).sweep(),
    close: () => app.close(),
  };
}
