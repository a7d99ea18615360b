import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { FoundPage } from './frontier.repository.js';
import type { SiteScope } from './site-scope.js';
import { normalUrl } from './url-form.js';

/** Long lists are gone through in slices of so long. */
const SLICE_MS = 10;

/** Of some addresses, the pages that a site has to do with, and which of them are not to be read. */
export async function foundPages(
  links: Iterable<string>,
  depth: number,
  scope: SiteScope,
  maxDepth: number,
): Promise<FoundPage[]> {
  const found = new Map<string, FoundPage>();
  let sliceEnd = performance.now() + SLICE_MS;
  for (const link of links) {
    if (performance.now() > sliceEnd) {
      await letOthersRun();
      sliceEnd = performance.now() + SLICE_MS;
    }
    const url = normalUrl(link);
    if (url === null || found.has(url)) continue;
    const verdict = scope.judge(url);
    if (verdict === 'within')
      found.set(url, depth > maxDepth ? { url, depth, skip: 'datasources.page_too_deep' } : { url, depth });
    else if (verdict !== 'foreign') found.set(url, { url, depth, skip: verdict });
  }
  return [...found.values()];
}
