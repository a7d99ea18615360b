import { Module } from '@nestjs/common';
import { ProvidersModule } from '#modules/providers';
import { DatasourcesModule } from './datasources.module.js';
import { EmbeddingChangeStarter } from './embedding-change.starter.js';
import { FileSweeper } from './file-sweeper.js';
import { ReembedWorkspaceHandler } from './jobs/reembed-workspace.handler.js';
import { IndexVectorsHandler } from './jobs/index-vectors.handler.js';
import { CrawlSiteHandler } from './jobs/crawl-site.handler.js';
import { SyncTableHandler } from './jobs/sync-table.handler.js';
import { TableWatcher } from './table/table-watcher.js';
import { SyncDatasourceHandler } from './jobs/sync-datasource.handler.js';
import { SyncSitePageHandler } from './jobs/sync-site-page.handler.js';
import { VectorIndexKeeper } from './vector-indexes/vector-index-keeper.js';

/** What the process that runs jobs has besides the module itself. */
@Module({
  imports: [DatasourcesModule, ProvidersModule],
  providers: [
    CrawlSiteHandler,
    EmbeddingChangeStarter,
    FileSweeper,
    IndexVectorsHandler,
    ReembedWorkspaceHandler,
    SyncDatasourceHandler,
    SyncTableHandler,
    TableWatcher,
    SyncSitePageHandler,
    VectorIndexKeeper,
  ],
})
export class DatasourcesWorkerModule {}
