import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleTicker } from './schedule-ticker.js';
import { SchedulesRepository } from './schedules.repository.js';
import { SchedulesService } from './schedules.service.js';

export interface SchedulesModuleOptions {
  /** Whether this process runs jobs, and so looks for schedules that are due. */
  readonly runsJobs: boolean;
}

/** What happens at set times. */
@Module({})
export class SchedulesModule {
  static with({ runsJobs }: SchedulesModuleOptions): DynamicModule {
    return {
      module: SchedulesModule,
      global: true,
      providers: [SchedulesRepository, SchedulesService, ...(runsJobs ? [ScheduleTicker] : [])],
      exports: [SchedulesService, ...(runsJobs ? [ScheduleTicker] : [])],
    };
  }
}
