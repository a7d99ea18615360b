import {
  BooleanField,
  ChoiceField,
  IdField,
  JsonObjectField,
  ObjectField,
  TextField,
  TextListField,
} from '#common/validation';
import { ExportFilterDto } from './export-filter.dto.js';
import {
  EXPORT_FORMATS,
  EXPORT_RESOURCES,
  type ExportDraft,
  type ExportFormatName,
  type ExportResource,
  MAX_COLUMNS,
} from '../export.types.js';

const MAX_RECORD_FILTER_BYTES = 16_384;

export class CreateExportDto implements ExportDraft {
  @ChoiceField(EXPORT_RESOURCES, {
    name: 'ExportResource',
    example: 'messages',
    description:
      '`pairs`: a question and its answer a row. `table`: records of a hosted table. `usage`: calls of models. `topics`: what a bot was asked about, and how often.',
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

  @ObjectField(() => ExportFilterDto, {
    optional: true,
    description:
      'Which conversations, as in the list of them. Of `usage` which calls, by `botId`, `model`, `from` and `to`; of `topics` whose, by `botId`, and counted in which period, by `from` and `to` (the last 30 days when left out).',
  })
  readonly filter?: ExportFilterDto;

  @IdField({ optional: true, description: 'Which table; needed for `table`, and for nothing else.' })
  readonly tableId?: string;

  @JsonObjectField({
    optional: true,
    maxBytes: MAX_RECORD_FILTER_BYTES,
    maxDepth: 20,
    description:
      'Which records of the table, in the form that `POST /v1/tables/{id}/query` takes: `{"field": "price", "op": "lt", "value": 500}`.',
  })
  readonly recordFilter?: object;
}
