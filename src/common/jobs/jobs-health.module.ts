import { Module } from '@nestjs/common';
import { JobCarrierHealth } from './job-carrier.health.js';

/** The check that jobs are carried, for a process that says how it is. */
@Module({ providers: [JobCarrierHealth] })
export class JobsHealthModule {}
