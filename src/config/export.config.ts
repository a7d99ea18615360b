import { IsInt, Max, Min } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** Files of exports. */
export class ExportConfig {
  /** How long the file of an export is kept, in days. */
  @Setting('EXPORT_RETENTION_DAYS', 'integer')
  @IsInt()
  @Min(1)
  @Max(365)
  retentionDays = 7;
}
