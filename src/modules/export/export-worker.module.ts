import { Module } from '@nestjs/common';
import { ExportModule } from './export.module.js';
import { RunExportScheduleHandler } from './jobs/run-export-schedule.handler.js';
import { WriteExportHandler } from './jobs/write-export.handler.js';

/** What the process that runs jobs has besides the module itself. */
@Module({ imports: [ExportModule], providers: [RunExportScheduleHandler, WriteExportHandler] })
export class ExportWorkerModule {}
