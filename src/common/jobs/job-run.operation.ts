import { defineOperation, type Facts } from '#common/telemetry';
import type { ClaimedJob } from './job.types.js';

/** One attempt at a job. */
export const jobRun = defineOperation({
  name: 'job',
  help: 'Attempts at jobs by type, queue and outcome: succeeded, continued, failed, retried, cancelled, put_back or taken_over.',
  labels: { type: 'job.type', queue: 'job.queue' },
  buckets: [0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900],
  kind: 'consumer',
  resource: (facts) => String(facts['job.type']),
});

export function factsOf({ id, type, queue, attempt }: ClaimedJob): Facts {
  return { 'job.id': id, 'job.type': type, 'job.queue': queue, 'job.attempt': attempt };
}
