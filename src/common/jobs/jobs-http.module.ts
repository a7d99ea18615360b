import { Module } from '@nestjs/common';
import { JobCarrierHealth } from './job-carrier.health.js';
import { JobWatcher } from './job-watcher.js';
import { JobsController } from './jobs.controller.js';
import { JobsService } from './jobs.service.js';

/** The routes that show, cancel and retry jobs, and the check that they are carried. */
@Module({
  controllers: [JobsController],
  providers: [JobCarrierHealth, JobsService, JobWatcher],
  exports: [JobsService],
})
export class JobsHttpModule {}
