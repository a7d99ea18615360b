import { Module } from '@nestjs/common';
import { JobsHttpModule } from '#common/jobs';
import { AuthModule } from '#modules/auth';
import { ConversationsModule } from '#modules/conversations';
import { InsightsModule } from '#modules/insights';
import { ProvidersModule } from '#modules/providers';
import { TablesModule } from '#modules/tables';
import { DownloadsService } from './downloads.service.js';
import { EXPORT_FORMATS_BY_NAME, exportFormats } from './export-formats.js';
import { ExportDeliveries } from './export-deliveries.js';
import { ExportSchedulesController } from './export-schedules.controller.js';
import { ExportSources } from './export-sources.js';
import { ExportsController } from './exports.controller.js';
import { ExportsEraser } from './exports.eraser.js';
import { ExportsPurger } from './exports.purger.js';
import { ExportsRepository } from './exports.repository.js';
import { ExportsService } from './exports.service.js';
import { ExportLinksRepository } from './links/export-links.repository.js';
import { ExportLinksService } from './links/export-links.service.js';
import { LinkSignatures } from './links/link-signatures.js';
import { ExportSchedulesService } from './schedules/export-schedules.service.js';
import { ExportSecretsModule } from './schedules/export-secrets.module.js';
import { RunExportSchedule } from './use-cases/run-export-schedule.js';
import { WriteExport } from './use-cases/write-export.js';
import { Watermarks } from './watermarks.js';

@Module({
  imports: [
    AuthModule,
    JobsHttpModule,
    ExportSecretsModule,
    ConversationsModule,
    InsightsModule,
    ProvidersModule,
    TablesModule,
  ],
  controllers: [ExportsController, ExportSchedulesController],
  providers: [
    { provide: EXPORT_FORMATS_BY_NAME, useFactory: exportFormats },
    DownloadsService,
    ExportDeliveries,
    ExportLinksRepository,
    ExportLinksService,
    ExportSchedulesService,
    ExportSources,
    ExportsEraser,
    ExportsPurger,
    ExportsRepository,
    ExportsService,
    LinkSignatures,
    RunExportSchedule,
    Watermarks,
    WriteExport,
  ],
  exports: [RunExportSchedule, WriteExport],
})
export class ExportModule {}
