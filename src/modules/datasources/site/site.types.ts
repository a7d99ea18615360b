import type { RenderMode } from '../datasources.types.js';

/** Which pages a site source consists of, and how fast they are asked for. */
export interface SiteSettings {
  /** Where the crawl begins; also says which hosts and folders are within scope. */
  readonly startUrls: readonly string[];
  /** Besides those that robots.txt names and `/sitemap.xml`. */
  readonly sitemaps: readonly string[];
  /** Patterns of which a page has to fit one, unless there are none. */
  readonly include: readonly string[];
  /** Patterns of which a page may fit none. */
  readonly exclude: readonly string[];
  /** How many links a page may be away from a start page; pages that a sitemap names are one away. */
  readonly maxDepth: number;
  readonly maxPages: number;
  /** How many pages of one host are asked for at once. */
  readonly perHostConcurrency: number;
  /** The least pause between two requests to one host. */
  readonly delayMs: number;
}

/** The settings that a crawl goes by. */
export interface CrawlSettings extends SiteSettings {
  /** Missing in runs of old, which knew no browser. */
  readonly render?: RenderMode;
}

/** What of the settings is said; the rest is as `SITE_DEFAULTS` has it. */
export type SiteDraft = Pick<SiteSettings, 'startUrls'> & Partial<SiteSettings>;

export const SITE_DEFAULTS = {
  sitemaps: [],
  include: [],
  exclude: [],
  maxDepth: 20,
  maxPages: 200,
  perHostConcurrency: 2,
  delayMs: 0,
} as const satisfies Omit<SiteSettings, 'startUrls'>;

/** What a caller may ask for at most. */
export const SITE_LIMITS = {
  startUrls: 20,
  sitemaps: 20,
  patterns: 20,
  patternLength: 120,
  urlLength: 2_000,
  depth: 50,
  pages: 20_000,
  concurrency: 8,
  delayMs: 60_000,
} as const;

/**
 * What of a run is being done: sitemaps are read, then pages; then those that are known and were not met are looked
 * after; when nothing is left to read, what is gone is dropped; and at last passages that are found only since then
 * are indexed.
 */
export const CRAWL_STAGES = ['discovering', 'reading', 'verifying', 'closing', 'indexing'] as const;
export type CrawlStage = (typeof CRAWL_STAGES)[number];

/** A sitemap that a run has read, or will. */
export interface KnownSitemap {
  readonly url: string;
  /** How many indexes it is away from one that was named. */
  readonly depth: number;
  readonly isRead: boolean;
}

/** How far a run is, besides what its pages tell. */
export interface CrawlState {
  readonly stage: CrawlStage;
  /** The settings that it goes by; when those of the source change, it starts over. */
  readonly settings: CrawlSettings;
  /** Whether pages are read that may not have changed, because the settings are other than in the run before. */
  readonly readsAll: boolean;
  readonly sitemaps: readonly KnownSitemap[];
}
