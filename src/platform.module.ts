import { type DynamicModule, Module } from '@nestjs/common';
import { type AppConfig, ConfigModule } from '#config';
import { AccessModule } from '#common/access';
import { CryptoModule } from '#common/crypto';
import { DatabaseModule, ormOptions, type OrmOptions } from '#common/database';
import { EventsModule } from '#common/events';
import { HttpModule } from '#common/http';
import { JobsModule } from '#common/jobs';
import { LoggingModule } from '#common/logging';
import { MailModule } from '#common/mail';
import { SchedulesModule } from '#common/schedules';
import { RowsModule } from '#common/rows';
import { SignalsModule } from '#common/signals';
import { StorageModule } from '#common/storage';
import { telemetryFor, TelemetryModule } from '#common/telemetry';
import { TimeModule } from '#common/time';
import { policies } from './policies.js';

/** How a process is to be put together. */
export interface PlatformOptions {
  readonly config: AppConfig;
  /** Whether this process runs jobs, and so holds their handlers. */
  readonly runsJobs: boolean;
  /** Database options in place of those that the settings ask for. */
  readonly orm?: OrmOptions;
}

/** What every process has, whether it serves HTTP or runs jobs. */
@Module({})
export class PlatformModule {
  static async with({ config, runsJobs, orm }: PlatformOptions): Promise<DynamicModule> {
    const telemetry = await telemetryFor(config);
    return {
      module: PlatformModule,
      imports: [
        ConfigModule.with(config),
        TelemetryModule.with(telemetry),
        LoggingModule.with(config.logging, telemetry.tracer),
        await DatabaseModule.with(orm ?? ormOptions(config.database, config.storage)),
        AccessModule.with(policies),
        CryptoModule,
        TimeModule,
        StorageModule,
        MailModule,
        HttpModule,
        RowsModule,
        EventsModule,
        JobsModule.with({ queue: config.queue, runsJobs }),
        SchedulesModule.with({ runsJobs }),
        SignalsModule.with(config.queue),
      ],
    };
  }
}
