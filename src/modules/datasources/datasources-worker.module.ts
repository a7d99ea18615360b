import { Module } from '@nestjs/common';
import { ProvidersModule } from '#modules/providers';
import { DatasourcesModule } from './datasources.module.js';
import { EmbeddingChangeStarter } from './embedding-change.starter.js';
import { ReembedWorkspaceHandler } from './jobs/reembed-workspace.handler.js';
import { SyncDatasourceHandler } from './jobs/sync-datasource.handler.js';

/** What the process that runs jobs has besides the module itself. */
@Module({
  imports: [DatasourcesModule, ProvidersModule],
  providers: [EmbeddingChangeStarter, ReembedWorkspaceHandler, SyncDatasourceHandler],
})
export class DatasourcesWorkerModule {}
