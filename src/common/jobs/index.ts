/**
 * Owns background work: its rows, how they are carried, run, repeated, cancelled and shown.
 * Does not own any single job: modules declare theirs and handle them.
 * Announces nothing; whoever waits for a job watches it.
 */
export { defineJob, declaredJobs, type JobDeclaration } from './job-declaration.js';
export { JobContinuation } from './job-continuation.js';
export { Handles, type JobContext, type JobHandler } from './job-handler.js';
export { JobCarrier } from './ports/job-carrier.port.js';
export { JobOrigins } from './job-origins.js';
export { JobQueue, type JobOptions } from './job-queue.js';
export { JOB_QUEUE_NAMES, JOB_QUEUES, type JobQueueName } from './job-queues.js';
export { JobsRepository } from './jobs.repository.js';
export { JobChanges } from './job-changes.js';
export { JobSweeper } from './job-sweeper.js';
export { JobWatcher } from './job-watcher.js';
export { JobTiming } from './job-timing.js';
export { JobWorker } from './job-worker.js';
export type { JobCounts, JobError, JobRef, JobState, JobTally, JobView } from './job.types.js';
export { PermanentFailure } from './job-failure.js';
export { JobErrorResponse, JobRefResponse, JobResponse } from './dto/job.response.js';
export { JobsHealthModule } from './jobs-health.module.js';
export { JobsHttpModule } from './jobs-http.module.js';
export { jobsPolicy } from './jobs.policy.js';
export { JobsService } from './jobs.service.js';
export {
  JobAlreadyFinished,
  JobCancelled,
  JobStalled,
  JobTakenOver,
  ProcessStopping,
} from './jobs.errors.js';
export { JobsModule, type JobsModuleOptions } from './jobs.module.js';
