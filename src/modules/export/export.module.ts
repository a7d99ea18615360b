import { Module } from '@nestjs/common';
import { JobsHttpModule } from '#common/jobs';
import { AuthModule } from '#modules/auth';
import { ConversationsModule } from '#modules/conversations';
import { InsightsModule } from '#modules/insights';
import { ProvidersModule } from '#modules/providers';
import { TablesModule } from '#modules/tables';
import { DownloadsService } from './downloads.service.js';
import { EXPORT_FORMATS_BY_NAME, exportFormats } from './export-formats.js';
import { ExportSources } from './export-sources.js';
import { ExportsController } from './exports.controller.js';
import { ExportsEraser } from './exports.eraser.js';
import { ExportsPurger } from './exports.purger.js';
import { ExportsRepository } from './exports.repository.js';
import { ExportsService } from './exports.service.js';
import { ExportLinksRepository } from './links/export-links.repository.js';
import { ExportLinksService } from './links/export-links.service.js';
import { LinkSignatures } from './links/link-signatures.js';
import { WriteExport } from './use-cases/write-export.js';
import { Watermarks } from './watermarks.js';

@Module({
  imports: [AuthModule, JobsHttpModule, ConversationsModule, InsightsModule, ProvidersModule, TablesModule],
  controllers: [ExportsController],
  providers: [
    { provide: EXPORT_FORMATS_BY_NAME, useFactory: exportFormats },
    DownloadsService,
    ExportLinksRepository,
    ExportLinksService,
    ExportSources,
    ExportsEraser,
    ExportsPurger,
    ExportsRepository,
    ExportsService,
    LinkSignatures,
    Watermarks,
    WriteExport,
  ],
  exports: [WriteExport],
})
export class ExportModule {}
