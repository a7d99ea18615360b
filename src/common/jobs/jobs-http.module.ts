import { Module } from '@nestjs/common';
import { JobsController } from './jobs.controller.js';
import { JobsHealthModule } from './jobs-health.module.js';
import { JobsService } from './jobs.service.js';

/** The routes that show, cancel and retry jobs, and the check that they are carried. */
@Module({
  imports: [JobsHealthModule],
  controllers: [JobsController],
  providers: [JobsService],
  exports: [JobsService],
})
export class JobsHttpModule {}
