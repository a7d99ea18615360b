import type { Reason } from '../datasources.types.js';

/** Why a page of a site was passed over. Codes are part of the API. */
export const SKIP_REASONS = {
  'datasources.page_excluded': 'The include and exclude patterns of the source leave the page out.',
  'datasources.page_disallowed': 'The robots.txt of the host asks not to read the page.',
  'datasources.page_not_indexed': 'The page asks not to be indexed.',
  'datasources.page_too_deep': 'The page is more links away from a start page than the source allows.',
  'datasources.page_trap': 'The address looks like one of endlessly many that a program makes up.',
  'datasources.page_out_of_scope': 'The page leads out of the hosts and folders of the start pages.',
  'datasources.page_redirected': 'The page leads to another address, which is read instead.',
  'datasources.page_limit': 'The source has as many pages as it may have.',
  'datasources.page_refused': 'The address may not be reached from here.',
  'datasources.page_canonical': 'The page says that it belongs to another address, which is read instead.',
  'datasources.page_duplicate': 'Another page of the source says the same.',
  'datasources.page_unconfirmed':
    'The page was not found; it is dropped if the next run does not find it either.',
  'datasources.page_dropped': 'Two runs in a row did not find the page.',
} as const;

export type SkipCode = keyof typeof SKIP_REASONS;

export const SKIP_CODES = Object.keys(SKIP_REASONS) as readonly SkipCode[];

export function skipReason(code: SkipCode): Reason {
  return { code, message: SKIP_REASONS[code] };
}
