import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { PermissionGuard } from '#common/access';
import { EventsWorkerModule } from '#common/events';
import { HealthModule } from '#common/health';
import { IdempotencyInterceptor, OpenStreams, RateLimitGuard } from '#common/http';
import { JobsHttpModule } from '#common/jobs';
import { MetricsModule } from '#common/metrics';
import { FilesHealthModule } from '#common/storage';
import { AuthModule, LiveStreamInterceptor, TokenGuard } from '#modules/auth';
import { BotsModule } from '#modules/bots';
import { ChannelsModule } from '#modules/channels';
import { ConversationsModule, ConversationsWorkerModule } from '#modules/conversations';
import { DatasourcesModule, DatasourcesWorkerModule } from '#modules/datasources';
import { ExportModule, ExportWorkerModule } from '#modules/export';
import { InsightsModule, InsightsWorkerModule } from '#modules/insights';
import { ProvidersModule } from '#modules/providers';
import { TablesModule, TablesWorkerModule } from '#modules/tables';
import { PlatformModule, type PlatformOptions } from './platform.module.js';

/** The HTTP process: every module with its routes, and the order in which a request meets its guards. */
@Module({})
export class AppModule {
  static async with(options: PlatformOptions): Promise<DynamicModule> {
    return {
      module: AppModule,
      imports: [
        await PlatformModule.with(options),
        // Express tries route after route: those that are called most come first.
        ConversationsModule,
        HealthModule,
        FilesHealthModule,
        MetricsModule,
        JobsHttpModule,
        AuthModule,
        ProvidersModule,
        TablesModule,
        DatasourcesModule,
        BotsModule,
        ExportModule,
        InsightsModule,
        ChannelsModule,
        ...(options.runsJobs
          ? [
              EventsWorkerModule,
              ConversationsWorkerModule,
              DatasourcesWorkerModule,
              TablesWorkerModule,
              ExportWorkerModule,
              InsightsWorkerModule,
            ]
          : []),
      ],
      providers: [
        PermissionGuard,
        { provide: APP_GUARD, useExisting: TokenGuard },
        { provide: APP_GUARD, useExisting: PermissionGuard },
        { provide: APP_GUARD, useExisting: RateLimitGuard },
        { provide: APP_INTERCEPTOR, useExisting: OpenStreams },
        { provide: APP_INTERCEPTOR, useExisting: LiveStreamInterceptor },
        { provide: APP_INTERCEPTOR, useExisting: IdempotencyInterceptor },
      ],
    };
  }
}
