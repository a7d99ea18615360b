import type { ScheduleDto } from '#common/schedules';
import {
  ChoiceField,
  IdField,
  IdListField,
  ObjectListField,
  TextField,
  TextListField,
} from '#common/validation';
import {
  type DatasourceDraft,
  type DatasourceType,
  DESCRIBED_TYPES,
  MAX_CONTENT_CHARS,
  type RenderMode,
} from '../datasources.types.js';
import { QA_LIMITS } from '../qa/qa.types.js';
import { SITE_DEFAULTS } from '../site/site.types.js';
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
import { QaPairDto } from './qa-pair.dto.js';

export class CreateDatasourceDto implements DatasourceDraft {
  @ChoiceField(DESCRIBED_TYPES, {
    name: 'DescribedDatasourceType',
    example: 'url',
    description:
      'A `url` needs the field `url`, a `text` the field `content`, a `site` the field `startUrls`, a `table` the field `tableId`, a `qa` may have `items`; none takes those of the others. A file is uploaded, see `datasources.upload`.',
  })
  readonly type!: DatasourceType;

  @TextField({
    optional: true,
    max: 2_000,
    format: 'uri',
    example: 'https://example.com/',
    description: 'Of a `url`: an http or https address.',
  })
  readonly url?: string;

  @RenderField()
  readonly render?: RenderMode;

  @TextField({
    optional: true,
    max: MAX_CONTENT_CHARS,
    description:
      'Of a `text`: Markdown or plain text. The whole body has to fit into `BODY_LIMIT_BYTES` (1 MiB), or 413 is the answer.',
  })
  readonly content?: string;

  @StartUrlsField()
  readonly startUrls?: string[];

  @SitemapsField()
  readonly sitemaps?: string[];

  @IncludeField()
  readonly include?: string[];

  @ExcludeField()
  readonly exclude?: string[];

  @MaxDepthField({ default: SITE_DEFAULTS.maxDepth })
  readonly maxDepth?: number;

  @MaxPagesField({ default: SITE_DEFAULTS.maxPages })
  readonly maxPages?: number;

  @PerHostConcurrencyField({ default: SITE_DEFAULTS.perHostConcurrency })
  readonly perHostConcurrency?: number;

  @DelayField({ default: SITE_DEFAULTS.delayMs })
  readonly delayMs?: number;

  @IdField({ optional: true, description: 'Of a `table`: the hosted table. Its source goes when it goes.' })
  readonly tableId?: string;

  @TextListField({
    optional: true,
    maxItems: 200,
    max: 63,
    description:
      'Of a `table`: the keys of the fields that the bot may see, find and be asked about. By default, or if empty, all of them.',
  })
  readonly tableFields?: string[];

  @TextField({
    optional: true,
    max: 10_000,
    description:
      'Of a `table`: how a record is printed, with the keys of fields in braces: `{title} costs {price} euros.` By default a line a field, with its name.',
  })
  readonly rowTemplate?: string;

  @ObjectListField(() => QaPairDto, {
    optional: true,
    maxItems: QA_LIMITS.itemsAtOnce,
    description: 'Of a `qa`: the first questions and answers. More are added by `qaItems.add`.',
  })
  readonly items?: QaPairDto[];

  @TextField({
    optional: true,
    max: 200,
    example: 'Help pages',
    description: 'By default made from the address, or from the first heading or line.',
  })
  readonly name?: string;

  @IdListField({ optional: true, maxItems: 50, description: 'Bots that may answer from it at once.' })
  readonly botIds?: string[];

  @ScheduleField()
  readonly schedule?: ScheduleDto | null;
}
