import { Module } from '@nestjs/common';
import { JobWatcher } from './job-watcher.js';
import { JobsController } from './jobs.controller.js';
import { JobsHealthModule } from './jobs-health.module.js';
import { JobsService } from './jobs.service.js';

/** The routes that show, cancel and retry jobs, and the check that they are carried. */
@Module({
  imports: [JobsHealthModule],
  controllers: [JobsController],
  providers: [JobsService, JobWatcher],
  exports: [JobsService],
})
export class JobsHttpModule {}
