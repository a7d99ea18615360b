import type { StartedJob } from './datasources.types.js';
import type { Datasource } from './entities/datasource.entity.js';
import type { SyncRun } from './entities/sync-run.entity.js';
import type { SyncRunPage } from './entities/sync-run-page.entity.js';

/** A source and the job that reads it. */
export interface StartedSync {
  readonly datasource: Datasource;
  readonly job: StartedJob;
}

/** A run with what became of each of its pages. */
export interface RunReport {
  readonly run: SyncRun;
  readonly pages: readonly SyncRunPage[];
}
