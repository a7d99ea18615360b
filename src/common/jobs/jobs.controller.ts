import { Controller, Get, Post } from '@nestjs/common';
import { type Actor, Can, CurrentActor } from '#common/access';
import { NotFound } from '#common/errors';
import { Answers, EventStream, Fails, type ServerEvent, Does, Streams, Topic } from '#common/http';
import { IdParam } from '#common/validation';
import { JOB_STATES, JobResponse } from './dto/job.response.js';
import { JobAlreadyFinished, JobNotRetryable, JobTwinExists } from './jobs.errors.js';
import { JobsService } from './jobs.service.js';
import type { JobView } from './job.types.js';

const JOB_EVENTS = Object.fromEntries(JOB_STATES.map((state) => [`job.${state}`, JobResponse]));

async function* asServerEvents(jobs: AsyncIterable<JobView>): AsyncGenerator<ServerEvent, void, undefined> {
  for await (const job of jobs) yield { event: `job.${job.state}`, data: JobResponse.from(job) };
}

@Controller('v1/jobs')
@Topic('Work that goes on after the answer: how far it is, and stopping or repeating it.')
export class JobsController {
  constructor(private readonly jobs: JobsService) {}

  @Get(':jobId')
  @Does('Shows a job: its state, progress, result or error.')
  @Can('read', 'Job')
  @Answers(200, JobResponse)
  @Fails(NotFound)
  async get(@CurrentActor() actor: Actor, @IdParam('jobId', 'The job') id: string): Promise<JobResponse> {
    return JobResponse.from(await this.jobs.get(actor, id));
  }

  @Get(':jobId/events')
  @Does(
    'Streams the job each time it changes.',
    'Each event is named for the state and carries the whole job. The stream ends when the job has.',
  )
  @Can('read', 'Job')
  @Streams(JOB_EVENTS)
  @Fails(NotFound)
  async events(@CurrentActor() actor: Actor, @IdParam('jobId', 'The job') id: string): Promise<EventStream> {
    return EventStream.open((gone) => asServerEvents(this.jobs.watch(actor, id, gone)));
  }

  @Post(':jobId/cancel')
  @Does('Ends a waiting job at once, a running one as soon as it notices.')
  @Can('cancel', 'Job')
  @Answers(200, JobResponse)
  @Fails(NotFound, JobAlreadyFinished)
  async cancel(@CurrentActor() actor: Actor, @IdParam('jobId', 'The job') id: string): Promise<JobResponse> {
    return JobResponse.from(await this.jobs.cancel(actor, id));
  }

  @Post(':jobId/retry')
  @Does('Queues a failed or cancelled job again.')
  @Can('retry', 'Job')
  @Answers(202, JobResponse)
  @Fails(NotFound, JobNotRetryable, JobTwinExists)
  async retry(@CurrentActor() actor: Actor, @IdParam('jobId', 'The job') id: string): Promise<JobResponse> {
    return JobResponse.from(await this.jobs.retry(actor, id));
  }
}
