import type { ScheduleView } from '#common/schedules';
import type { PageOutcome, StartedJob } from './datasources.types.js';
import type { Datasource } from './entities/datasource.entity.js';
import type { SyncRun } from './entities/sync-run.entity.js';
import type { SyncRunPage } from './entities/sync-run-page.entity.js';

/** A source, and when it is read by itself. */
export interface ShownDatasource {
  readonly datasource: Datasource;
  readonly schedule: ScheduleView | null;
}

/** A source and the job that reads it. */
export interface StartedSync extends ShownDatasource {
  readonly job: StartedJob;
}

/** A page of which it is known what became of it. */
export type ReportedPage = SyncRunPage & { readonly outcome: PageOutcome };

/** A run with what became of its first pages. */
export interface RunReport {
  readonly run: SyncRun;
  readonly pages: readonly ReportedPage[];
}
