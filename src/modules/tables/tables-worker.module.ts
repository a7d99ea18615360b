import { Module } from '@nestjs/common';
import { ConvertFieldHandler } from './jobs/convert-field.handler.js';
import { ImportTableHandler } from './jobs/import-table.handler.js';
import { IndexTableHandler } from './jobs/index-table.handler.js';
import { SyncLinkHandler } from './jobs/sync-link.handler.js';
import { TablesModule } from './tables.module.js';

/** What the process that runs jobs has besides the module itself. */
@Module({
  imports: [TablesModule],
  providers: [ConvertFieldHandler, ImportTableHandler, IndexTableHandler, SyncLinkHandler],
})
export class TablesWorkerModule {}
