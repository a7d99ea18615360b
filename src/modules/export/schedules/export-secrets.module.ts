import { Module } from '@nestjs/common';
import { ExportScheduleSecrets } from './export-schedule-secrets.js';
import { ExportSchedulesRepository } from './export-schedules.repository.js';

/** The secrets of schedules, for whoever seals all secrets anew. */
@Module({
  providers: [ExportScheduleSecrets, ExportSchedulesRepository],
  exports: [ExportScheduleSecrets, ExportSchedulesRepository],
})
export class ExportSecretsModule {}
