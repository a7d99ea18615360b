import { Module } from '@nestjs/common';
import { ProvidersModule } from '#modules/providers';
import { DatasourcesModule } from './datasources.module.js';
import { EmbeddingChangeStarter } from './embedding-change.starter.js';
import { FileSweeper } from './file-sweeper.js';
import { ReembedWorkspaceHandler } from './jobs/reembed-workspace.handler.js';
import { SyncDatasourceHandler } from './jobs/sync-datasource.handler.js';

/** What the process that runs jobs has besides the module itself. */
@Module({
  imports: [DatasourcesModule, ProvidersModule],
  providers: [EmbeddingChangeStarter, FileSweeper, ReembedWorkspaceHandler, SyncDatasourceHandler],
})
export class DatasourcesWorkerModule {}
