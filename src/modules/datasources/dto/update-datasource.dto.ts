import { ScheduleDto } from '#common/schedules';
import { ChoiceField, IntegerField, ObjectField, TextField, TextListField } from '#common/validation';
import {
  type DatasourceChanges,
  MAX_CONTENT_CHARS,
  RENDER_MODES,
  type RenderMode,
} from '../datasources.types.js';
import { SITE_LIMITS } from '../site/site.types.js';

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

  @ChoiceField(RENDER_MODES, {
    optional: true,
    name: 'RenderMode',
    example: 'auto',
    description:
      'Of a `url` or a `site`: whether a browser shows pages before they are read. `never` (the default); `auto`, those that have no text without their scripts; `always`. Needs `CHROMIUM_PATH`; without it, runs count such pages as `needsBrowser`.',
  })
  readonly render?: RenderMode;

  @TextField({
    optional: true,
    max: MAX_CONTENT_CHARS,
    description: 'Of a `text`. A new content is read at once.',
  })
  readonly content?: string;

  @TextListField({
    optional: true,
    minItems: 1,
    maxItems: SITE_LIMITS.startUrls,
    max: SITE_LIMITS.urlLength,
    format: 'uri',
    description:
      'Of a `site`: where the crawl begins. Pages on the same hosts (with or without `www.`) belong to the site whose paths begin with the folder of a start page: `/docs/intro` and `/docs/` take in all below `/docs/`, `/docs` all of the host. New settings are followed at once.',
  })
  readonly startUrls?: string[];

  @TextListField({
    optional: true,
    maxItems: SITE_LIMITS.sitemaps,
    max: SITE_LIMITS.urlLength,
    format: 'uri',
    description: 'Of a `site`: sitemaps besides those that robots.txt names and `/sitemap.xml`.',
  })
  readonly sitemaps?: string[];

  @TextListField({
    optional: true,
    maxItems: SITE_LIMITS.patterns,
    max: SITE_LIMITS.patternLength,
    description:
      'Of a `site`: only pages whose path with its query fits one of these patterns as a whole. `*` stands for any characters but `/`, `**` for any characters, all else for itself. Start pages are read in any case.',
  })
  readonly include?: string[];

  @TextListField({
    optional: true,
    maxItems: SITE_LIMITS.patterns,
    max: SITE_LIMITS.patternLength,
    description: 'Of a `site`: no pages that fit one of these patterns, written as in `include`.',
  })
  readonly exclude?: string[];

  @IntegerField({
    optional: true,
    min: 0,
    max: SITE_LIMITS.depth,
    description: 'Of a `site`: how many links a page may be away from a start page.',
  })
  readonly maxDepth?: number;

  @IntegerField({
    optional: true,
    min: 1,
    max: SITE_LIMITS.pages,
    description: 'Of a `site`: how many pages are asked for.',
  })
  readonly maxPages?: number;

  @IntegerField({
    optional: true,
    min: 1,
    max: SITE_LIMITS.concurrency,
    description: 'Of a `site`: how many pages of one host are asked for at once.',
  })
  readonly perHostConcurrency?: number;

  @IntegerField({
    optional: true,
    min: 0,
    max: SITE_LIMITS.delayMs,
    description:
      'Of a `site`: the least pause between two requests to one host. A longer one that its robots.txt asks for is kept to.',
  })
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

  @ObjectField(() => ScheduleDto, {
    optional: true,
    nullable: true,
    description:
      'Of a `url` or a `site`: when it is read by itself. Without it, or with `null`, that happens never.',
  })
  readonly schedule?: ScheduleDto | null;
}
