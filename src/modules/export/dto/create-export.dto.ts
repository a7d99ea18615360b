import {
  BooleanField,
  ChoiceField,
  IdField,
  InstantField,
  ObjectField,
  TextField,
  TextListField,
} from '#common/validation';
import {
  EXPORT_FORMATS,
  EXPORT_RESOURCES,
  type ExportDraft,
  type ExportFormatName,
  type ExportResource,
  MAX_COLUMNS,
} from '../export.types.js';

const CHANNELS = ['api', 'playground', 'openai'] as const;
const RATINGS = ['up', 'down'] as const;

/** Which conversations; of usage, which calls. */
export class ExportFilterDto {
  @IdField({ optional: true, description: 'With this bot.' })
  readonly botId?: string;

  @InstantField({ optional: true, description: 'Began then or later, for example 2026-01-01T00:00:00Z.' })
  readonly from?: string;

  @InstantField({ optional: true, description: 'Began before then, for example 2026-02-01T00:00:00Z.' })
  readonly to?: string;

  @ChoiceField(CHANNELS, { name: 'Channel', optional: true, description: 'Held there.' })
  readonly channel?: (typeof CHANNELS)[number];

  @TextField({ optional: true, max: 200, description: 'With this person, as you name your users.' })
  readonly externalUserId?: string;

  @ChoiceField(RATINGS, { name: 'Rating', optional: true, description: 'Has an answer that was rated so.' })
  readonly rating?: (typeof RATINGS)[number];

  @BooleanField({
    optional: true,
    description: 'Has an answer that the bot found (`true`) or did not find (`false`).',
  })
  readonly answered?: boolean;
}

export class CreateExportDto {
  @ChoiceField(EXPORT_RESOURCES, {
    name: 'ExportResource',
    example: 'messages',
    description: '`pairs`: a question and its answer a row.',
  })
  readonly resource!: ExportResource;

  @ChoiceField(EXPORT_FORMATS, { name: 'ExportFormat', example: 'csv' })
  readonly format!: ExportFormatName;

  @BooleanField({ optional: true, description: 'Whether the file is compressed: `csv` and `jsonl` only.' })
  readonly gzip?: boolean;

  @BooleanField({
    optional: true,
    description: 'Whether a `csv` begins with the mark by which Excel knows UTF-8.',
  })
  readonly bom?: boolean;

  @TextField({
    optional: true,
    max: 100,
    example: 'Europe/Berlin',
    description: 'IANA name of the zone in which times are told; UTC when left out.',
  })
  readonly timezone?: string;

  @TextListField({
    optional: true,
    max: 200,
    minItems: 1,
    maxItems: MAX_COLUMNS,
    example: ['id', 'content', 'createdAt'],
    description: 'Which columns, in this order; all usual ones when left out. The answer names them.',
  })
  readonly columns?: string[];

  @TextField({
    optional: true,
    max: 20_000,
    description:
      'The `watermark` of an export before of the same resource: only rows that are new or have changed since.',
  })
  readonly since?: string;

  @ObjectField(() => ExportFilterDto, { optional: true })
  readonly filter?: ExportFilterDto;

  toDraft(): ExportDraft {
    const { filter, ...draft } = this;
    return { ...draft, ...(filter ? { filter: Object.fromEntries(Object.entries(filter)) } : {}) };
  }
}
