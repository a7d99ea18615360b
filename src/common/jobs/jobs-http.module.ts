import { Module } from '@nestjs/common';
import { JobsController } from './jobs.controller.js';
import { JobsService } from './jobs.service.js';

/** The routes that show, cancel and retry jobs. */
@Module({ controllers: [JobsController], providers: [JobsService], exports: [JobsService] })
export class JobsHttpModule {}
