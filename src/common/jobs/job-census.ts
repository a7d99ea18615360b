import { Injectable, type OnModuleInit } from '@nestjs/common';
import { defineGauge, Meter, type Reading, type Readings } from '#common/telemetry';
import { JobCensusRepository, type JobCount } from './job-census.repository.js';
import { JOB_QUEUE_NAMES } from './job-queues.js';

const jobs = defineGauge({
  name: 'colloquy_jobs',
  help: 'Jobs that have not finished, by queue and state (waiting, delayed, running). Of the whole installation.',
  labels: ['queue', 'state'],
});

const oldestWaiting = defineGauge({
  name: 'colloquy_jobs_oldest_waiting_seconds',
  help: 'For how long the job that has waited longest has been due, by queue; 0 when none waits. Of the whole installation.',
  labels: ['queue'],
});

const STATES: readonly JobCount['state'][] = ['waiting', 'delayed', 'running'];

/** Shows the state of the queues among the metrics. */
@Injectable()
export class JobCensus implements OnModuleInit, Readings {
  readonly name = 'jobs';
  readonly gauges = [jobs, oldestWaiting];

  constructor(
    private readonly repository: JobCensusRepository,
    private readonly meter: Meter,
  ) {}

  onModuleInit(): void {
    this.meter.register(this);
  }

  async read(): Promise<readonly Reading[]> {
    const counts = await this.repository.count();
    return JOB_QUEUE_NAMES.flatMap((queue) => readingsOf(queue, counts));
  }
}

function readingsOf(queue: string, all: readonly JobCount[]): Reading[] {
  const counts = new Map(all.filter((one) => one.queue === queue).map((one) => [one.state, one]));
  return [
    ...STATES.map((state) => ({
      gauge: jobs,
      labels: { queue, state },
      value: counts.get(state)?.count ?? 0,
    })),
    { gauge: oldestWaiting, labels: { queue }, value: counts.get('waiting')?.oldestSeconds ?? 0 },
  ];
}
