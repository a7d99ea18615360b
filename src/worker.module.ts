import { type DynamicModule, Module } from '@nestjs/common';
import { EventsWorkerModule } from '#common/events';
import { HealthModule } from '#common/health';
import { JobsHealthModule } from '#common/jobs';
import { MetricsModule } from '#common/metrics';
import { ConversationsWorkerModule } from '#modules/conversations';
import { FilesHealthModule } from '#common/storage';
import { DatasourcesWorkerModule } from '#modules/datasources';
import { ExportWorkerModule } from '#modules/export';
import { InsightsWorkerModule } from '#modules/insights';
import { TablesWorkerModule } from '#modules/tables';
import { PlatformModule, type PlatformOptions } from './platform.module.js';

/** The job process: the handlers of every module, and no routes but those that tell how it is. */
@Module({})
export class WorkerModule {
  static async with(options: Omit<PlatformOptions, 'runsJobs'>): Promise<DynamicModule> {
    return {
      module: WorkerModule,
      imports: [
        await PlatformModule.with({ ...options, runsJobs: true }),
        HealthModule,
        FilesHealthModule,
        JobsHealthModule,
        MetricsModule,
        EventsWorkerModule,
        ConversationsWorkerModule,
        DatasourcesWorkerModule,
        TablesWorkerModule,
        ExportWorkerModule,
        InsightsWorkerModule,
      ],
    };
  }
}
