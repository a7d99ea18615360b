import { ScheduleDto } from '#common/schedules';
import {
  ChoiceField,
  IntegerField,
  type NumberOptions,
  ObjectField,
  TextListField,
} from '#common/validation';
import { RENDER_MODES } from '../datasources.types.js';
import { SITE_LIMITS } from '../site/site.types.js';

const WHERE_CRAWLS_BEGIN =
  'Of a `site`: where the crawl begins. Pages on the same hosts (with or without `www.`) belong to the site whose paths begin with the folder of a start page: `/docs/intro` and `/docs/` take in all below `/docs/`, `/docs` all of the host.';

type Default = Pick<NumberOptions, 'default'>;

export function RenderField(): PropertyDecorator {
  return ChoiceField(RENDER_MODES, {
    optional: true,
    name: 'RenderMode',
    example: 'auto',
    description:
      'Of a `url` or a `site`: whether a browser shows pages before they are read. `never` (the default); `auto`, those that have no text without their scripts; `always`. Needs `CHROMIUM_PATH`; without it, runs count such pages as `needsBrowser`.',
  });
}

export function ScheduleField(): PropertyDecorator {
  return ObjectField(() => ScheduleDto, {
    optional: true,
    nullable: true,
    description:
      'Of a `url` or a `site`: when it is read by itself. Without it, or with `null`, that happens never.',
  });
}

/** @param remarks sentences that the description ends with. */
export function StartUrlsField(...remarks: readonly string[]): PropertyDecorator {
  return TextListField({
    optional: true,
    minItems: 1,
    maxItems: SITE_LIMITS.startUrls,
    max: SITE_LIMITS.urlLength,
    format: 'uri',
    description: [WHERE_CRAWLS_BEGIN, ...remarks].join(' '),
  });
}

export function SitemapsField(): PropertyDecorator {
  return TextListField({
    optional: true,
    maxItems: SITE_LIMITS.sitemaps,
    max: SITE_LIMITS.urlLength,
    format: 'uri',
    description: 'Of a `site`: sitemaps besides those that robots.txt names and `/sitemap.xml`.',
  });
}

export function IncludeField(): PropertyDecorator {
  return TextListField({
    optional: true,
    maxItems: SITE_LIMITS.patterns,
    max: SITE_LIMITS.patternLength,
    description:
      'Of a `site`: only pages whose path with its query fits one of these patterns as a whole. `*` stands for any characters but `/`, `**` for any characters, all else for itself. Start pages are read in any case.',
  });
}

export function ExcludeField(): PropertyDecorator {
  return TextListField({
    optional: true,
    maxItems: SITE_LIMITS.patterns,
    max: SITE_LIMITS.patternLength,
    description: 'Of a `site`: no pages that fit one of these patterns, written as in `include`.',
  });
}

export function MaxDepthField(usual: Default = {}): PropertyDecorator {
  return IntegerField({
    ...usual,
    optional: true,
    min: 0,
    max: SITE_LIMITS.depth,
    description: 'Of a `site`: how many links a page may be away from a start page.',
  });
}

export function MaxPagesField(usual: Default = {}): PropertyDecorator {
  return IntegerField({
    ...usual,
    optional: true,
    min: 1,
    max: SITE_LIMITS.pages,
    description: 'Of a `site`: how many pages are asked for.',
  });
}

export function PerHostConcurrencyField(usual: Default = {}): PropertyDecorator {
  return IntegerField({
    ...usual,
    optional: true,
    min: 1,
    max: SITE_LIMITS.concurrency,
    description: 'Of a `site`: how many pages of one host are asked for at once.',
  });
}

export function DelayField(usual: Default = {}): PropertyDecorator {
  return IntegerField({
    ...usual,
    optional: true,
    min: 0,
    max: SITE_LIMITS.delayMs,
    description:
      'Of a `site`: the least pause between two requests to one host. A longer one that its robots.txt asks for is kept to.',
  });
}
