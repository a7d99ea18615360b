import type { JobState } from '#common/jobs';
import type { ScheduleTimes } from '#common/schedules';

/** The kinds of source. What is particular to one is in its reader, see `readers/source-reader.ts`. */
export const DATASOURCE_TYPES = ['url', 'text', 'file', 'site', 'table'] as const;
export type DatasourceType = (typeof DATASOURCE_TYPES)[number];

/** Types that are made of fields alone. A file has to be uploaded. */
export const DESCRIBED_TYPES = ['url', 'text', 'site', 'table'] as const satisfies readonly DatasourceType[];

/**
 * `pending`: never synced; `syncing`: being read; `ready`: content is up to date; `stale`: the last sync failed and the
 * content is older; `failed`: the last sync failed and there is no content.
 */
export const DATASOURCE_STATUSES = ['pending', 'syncing', 'ready', 'failed', 'stale'] as const;
export type DatasourceStatus = (typeof DATASOURCE_STATUSES)[number];

/**
 * `skipped`: was not to be read, for the reason given; `duplicate`: another page has its content; `gone`: was not found
 * any more, and is dropped if the run before says so, too.
 */
export const PAGE_OUTCOMES = [
  'added',
  'unchanged',
  'changed',
  'gone',
  'failed',
  'skipped',
  'duplicate',
] as const;
export type PageOutcome = (typeof PAGE_OUTCOMES)[number];

/**
 * Whether pages are shown by a browser before they are read, where there is one: `never`; `auto`, those that have no text
 * without their scripts; `always`.
 */
export const RENDER_MODES = ['never', 'auto', 'always'] as const;
export type RenderMode = (typeof RENDER_MODES)[number];

/** How many pages a run shows where runs are listed. */
export const PAGES_IN_A_RUN = 20;

export type RunState = 'running' | 'succeeded' | 'failed' | 'cancelled';

/** Why something failed; safe to show. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** Most of a text that is a source. In UTF-8 it has to fit into a body (`BODY_LIMIT_BYTES`), too. */
export const MAX_CONTENT_CHARS = 1_000_000;

/** Where a source has its content from. Each type has fields of its own among these, and refuses the others. */
export interface SourceOrigin {
  readonly url?: string;
  /** Of a page or a site. */
  readonly render?: RenderMode;
  /** Markdown or plain text. */
  readonly content?: string;
  /** Of a site, see `SiteSettings`. */
  readonly startUrls?: readonly string[];
  readonly sitemaps?: readonly string[];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly maxDepth?: number;
  readonly maxPages?: number;
  readonly perHostConcurrency?: number;
  readonly delayMs?: number;
  /** Of a table, see `TableView`. */
  readonly tableId?: string;
  readonly tableFields?: readonly string[];
  readonly rowTemplate?: string;
}

/** A file that was uploaded, as it lies in the storage. */
export interface SourceFile {
  /** Names it in the storage of files. */
  readonly key: string;
  /** As its uploader called it, without what is unsafe in a name. */
  readonly name: string;
  /** By its content. */
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a new source is made of. */
export interface DatasourceDraft extends SourceOrigin {
  readonly type: DatasourceType;
  readonly name?: string;
  /** When it is read by itself; never, unless this says so. */
  readonly schedule?: ScheduleTimes | null;
  /** Bots that may answer from it at once. */
  readonly botIds?: readonly string[];
}

/** What a file is uploaded with. */
export type FileDraft = Pick<DatasourceDraft, 'name' | 'botIds'>;

/** What of a source is to be different. A new origin takes effect with the sync that it starts. */
export interface DatasourceChanges extends SourceOrigin {
  readonly name?: string;
  /** Null: never any more. */
  readonly schedule?: ScheduleTimes | null;
}

/** A job as it is answered where it was started. */
export interface StartedJob {
  readonly id: string;
  readonly state: JobState;
}
