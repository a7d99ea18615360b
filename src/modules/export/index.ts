/**
 * Owns exports: their files, how they are written, kept, fetched, delivered at set times, and removed.
 * Does not own what is exported: other modules hand on their rows.
 * Announces nothing.
 */
export { ExportModule } from './export.module.js';
export { ExportWorkerModule } from './export-worker.module.js';
export { exportPolicy } from './export.policy.js';
export { ExportScheduleSecrets } from './schedules/export-schedule-secrets.js';
export { ExportSecretsModule } from './schedules/export-secrets.module.js';
