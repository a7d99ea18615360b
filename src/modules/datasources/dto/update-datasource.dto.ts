import type { ScheduleDto } from '#common/schedules';
import { TextField, TextListField } from '#common/validation';
import { type DatasourceChanges, MAX_CONTENT_CHARS, type RenderMode } from '../datasources.types.js';
import {
  DelayField,
  ExcludeField,
  IncludeField,
  MaxDepthField,
  MaxPagesField,
  PerHostConcurrencyField,
  RenderField,
  ScheduleField,
  SitemapsField,
  StartUrlsField,
} from './datasource.fields.js';

export class UpdateDatasourceDto implements DatasourceChanges {
  @TextField({ optional: true, max: 200, example: 'Help pages' })
  readonly name?: string;

  @TextField({
    optional: true,
    max: 2_000,
    format: 'uri',
    description: 'Of a `url`. A new address is read at once.',
  })
  readonly url?: string;

  @RenderField()
  readonly render?: RenderMode;

  @TextField({
    optional: true,
    max: MAX_CONTENT_CHARS,
    description: 'Of a `text`. A new content is read at once.',
  })
  readonly content?: string;

  @StartUrlsField('New settings are followed at once.')
  readonly startUrls?: string[];

  @SitemapsField()
  readonly sitemaps?: string[];

  @IncludeField()
  readonly include?: string[];

  @ExcludeField()
  readonly exclude?: string[];

  @MaxDepthField()
  readonly maxDepth?: number;

  @MaxPagesField()
  readonly maxPages?: number;

  @PerHostConcurrencyField()
  readonly perHostConcurrency?: number;

  @DelayField()
  readonly delayMs?: number;

  @TextListField({
    optional: true,
    maxItems: 200,
    max: 63,
    description: 'Of a `table`: the fields that the bot may see; all of them if empty.',
  })
  readonly tableFields?: string[];

  @TextField({
    optional: true,
    min: 0,
    max: 10_000,
    description: 'Of a `table`: how a record is printed; a line a field if empty.',
  })
  readonly rowTemplate?: string;

  @ScheduleField()
  readonly schedule?: ScheduleDto | null;
}
