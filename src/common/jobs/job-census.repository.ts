import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import type { JobQueueName } from './job-queues.js';

/** How many jobs of a queue are in a state that does not last. */
export interface JobCount {
  readonly queue: JobQueueName;
  /** `waiting` jobs are due, `delayed` ones are not yet. */
  readonly state: 'waiting' | 'delayed' | 'running';
  readonly count: number;
  /** For `waiting`: since when the one that has waited longest is due. */
  readonly oldestSeconds: number | null;
}

/** Counts the jobs that have not finished. */
@Injectable()
export class JobCensusRepository {
  constructor(private readonly sql: Sql) {}

  /** Each part is answered by a partial index, however many jobs have finished. */
  async count(): Promise<JobCount[]> {
    return this.sql.acrossWorkspaces<JobCount>(
      'metrics are about every workspace',
      `select queue, 'waiting' as state, count(*)::int as count,
         extract(epoch from now() - min(run_after))::float as "oldestSeconds"
       from jobs where state = 'queued' and run_after <= now() group by queue
       union all
       select queue, 'delayed', count(*)::int, null from jobs where state = 'queued' and run_after > now() group by queue
       union all
       select queue, 'running', count(*)::int, null from jobs where state = 'running' group by queue`,
    );
  }
}
