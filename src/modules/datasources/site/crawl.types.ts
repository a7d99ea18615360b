import type { RunRef } from './frontier.repository.js';
import type { SiteScope } from './site-scope.js';
import type { CrawlSettings, CrawlState } from './site.types.js';

/** A run that is under way, as a turn of its job works on it. */
export interface Crawl extends RunRef {
  readonly settings: CrawlSettings;
  readonly scope: SiteScope;
  readonly state: CrawlState;
  /** The only document that is read; null for all of them. */
  readonly documentId: string | null;
}
