import type { JobState } from '#common/jobs';

/** The kinds of source that can be made today. */
export const DATASOURCE_TYPES = ['url'] as const;
export type DatasourceType = (typeof DATASOURCE_TYPES)[number];

/**
 * `pending`: never synced; `syncing`: being read; `ready`: content is up to date; `stale`: the last sync failed and the
 * content is older; `failed`: the last sync failed and there is no content.
 */
export const DATASOURCE_STATUSES = ['pending', 'syncing', 'ready', 'failed', 'stale'] as const;
export type DatasourceStatus = (typeof DATASOURCE_STATUSES)[number];

export const PAGE_OUTCOMES = ['added', 'unchanged', 'changed', 'gone', 'failed'] as const;
export type PageOutcome = (typeof PAGE_OUTCOMES)[number];

export type RunState = 'running' | 'succeeded' | 'failed' | 'cancelled';

/** Why something failed; safe to show. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** What a new source is made of. */
export interface DatasourceDraft {
  readonly type: DatasourceType;
  readonly url: string;
  readonly name?: string;
  /** Bots that may answer from it at once. */
  readonly botIds?: readonly string[];
}

/** What of a source is to be different. A new `url` takes effect with the sync that it starts. */
export interface DatasourceChanges {
  readonly name?: string;
  readonly url?: string;
}

/** A job as it is answered where it was started. */
export interface StartedJob {
  readonly id: string;
  readonly state: JobState;
}
