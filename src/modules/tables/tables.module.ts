import { Module } from '@nestjs/common';
import { ZapierConfig } from '#config';
import { OutboundClient } from '#common/http';
import { ZapierTableProvider } from './adapters/zapier/zapier.remote-tables.js';
import { FieldsController } from './fields/fields.controller.js';
import { FieldsService } from './fields/fields.service.js';
import { RecordReader } from './records/record-reader.js';
import { RecordRows } from './records/record-rows.js';
import { FormEntriesService } from './forms/form-entries.service.js';
import { FormPages } from './forms/form-pages.js';
import { FormPagesController } from './forms/form-pages.controller.js';
import { FormsController } from './forms/forms.controller.js';
import { FormsRepository } from './forms/forms.repository.js';
import { FormsService } from './forms/forms.service.js';
import { HookEventsService } from './hooks/hook-events.service.js';
import { HooksController } from './hooks/hooks.controller.js';
import { HooksRepository } from './hooks/hooks.repository.js';
import { HooksService } from './hooks/hooks.service.js';
import { TableHooksController } from './hooks/table-hooks.controller.js';
import { BatchWriter } from './imports/batch-writer.js';
import { ImportFilesController } from './imports/import-files.controller.js';
import { ImportFilesPurger } from './imports/import-files.purger.js';
import { ImportFilesRepository } from './imports/import-files.repository.js';
import { ImportFilesService } from './imports/import-files.service.js';
import { ImportRun } from './imports/import-run.js';
import { ImportsController } from './imports/imports.controller.js';
import { ImportsRepository } from './imports/imports.repository.js';
import { ImportsService } from './imports/imports.service.js';
import { TableImportsController } from './imports/table-imports.controller.js';
import { TableReplacement } from './imports/table-replacement.js';
import { RecordWriter } from './records/record-writer.js';
import { RecordsController } from './records/records.controller.js';
import { RecordsRepository } from './records/records.repository.js';
import { RecordsService } from './records/records.service.js';
import { RemoteTableProvider } from './ports/remote-tables.port.js';
import { ConnectionsRepository } from './remote/connections.repository.js';
import { ConnectionsService } from './remote/connections.service.js';
import { LinkFields } from './remote/link-fields.js';
import { LinkWatcher } from './remote/link-watcher.js';
import { LinksRepository } from './remote/links.repository.js';
import { LinksService } from './remote/links.service.js';
import { PullRecords } from './remote/pull-records.js';
import { PushRecords } from './remote/push-records.js';
import { SyncLink } from './remote/sync-link.js';
import { TableConnectionsController } from './remote/table-connections.controller.js';
import { TableLinksController } from './remote/table-links.controller.js';
import { HostedStorageRepository } from './storage/hosted-storage.repository.js';
import { TableIndexing } from './storage/table-indexing.js';
import { TablesController } from './tables.controller.js';
import { TablesRepository } from './tables.repository.js';
import { TablesService } from './tables.service.js';
import { ConvertField } from './use-cases/convert-field.js';
import { IndexTable } from './use-cases/index-table.js';

@Module({
  controllers: [
    TablesController,
    FieldsController,
    RecordsController,
    ImportFilesController,
    TableImportsController,
    ImportsController,
    FormsController,
    FormPagesController,
    TableHooksController,
    HooksController,
    TableConnectionsController,
    TableLinksController,
  ],
  providers: [
    BatchWriter,
    ConnectionsRepository,
    ConnectionsService,
    ConvertField,
    FieldsService,
    FormEntriesService,
    FormPages,
    FormsRepository,
    FormsService,
    HookEventsService,
    HooksRepository,
    HooksService,
    HostedStorageRepository,
    ImportFilesPurger,
    ImportFilesRepository,
    ImportFilesService,
    ImportRun,
    ImportsRepository,
    ImportsService,
    IndexTable,
    LinkFields,
    LinkWatcher,
    LinksRepository,
    LinksService,
    PullRecords,
    PushRecords,
    RecordReader,
    RecordRows,
    RecordWriter,
    RecordsRepository,
    RecordsService,
    SyncLink,
    TableIndexing,
    TableReplacement,
    TablesRepository,
    TablesService,
    {
      provide: RemoteTableProvider,
      inject: [OutboundClient, ZapierConfig],
      useFactory: (outbound: OutboundClient, { baseUrl }: ZapierConfig) =>
        new ZapierTableProvider(outbound, baseUrl),
    },
  ],
  exports: [
    ConnectionsService,
    ConvertField,
    FieldsService,
    HooksService,
    ImportRun,
    IndexTable,
    RecordReader,
    RecordRows,
    RecordsService,
    SyncLink,
    TablesService,
  ],
})
export class TablesModule {}
