import { Module } from '@nestjs/common';
import { FieldsController } from './fields/fields.controller.js';
import { FieldsService } from './fields/fields.service.js';
import { RecordReader } from './records/record-reader.js';
import { RecordWriter } from './records/record-writer.js';
import { RecordsController } from './records/records.controller.js';
import { RecordsRepository } from './records/records.repository.js';
import { RecordsService } from './records/records.service.js';
import { HostedStorageRepository } from './storage/hosted-storage.repository.js';
import { TableIndexing } from './storage/table-indexing.js';
import { TablesController } from './tables.controller.js';
import { TablesRepository } from './tables.repository.js';
import { TablesService } from './tables.service.js';
import { ConvertField } from './use-cases/convert-field.js';
import { IndexTable } from './use-cases/index-table.js';

@Module({
  controllers: [TablesController, FieldsController, RecordsController],
  providers: [
    ConvertField,
    FieldsService,
    HostedStorageRepository,
    IndexTable,
    RecordReader,
    RecordWriter,
    RecordsRepository,
    RecordsService,
    TableIndexing,
    TablesRepository,
    TablesService,
  ],
  exports: [ConvertField, FieldsService, IndexTable, RecordReader, RecordsService, TablesService],
})
export class TablesModule {}
