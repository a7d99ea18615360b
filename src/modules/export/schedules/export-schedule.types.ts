import type { Actor } from '#common/access';
import type { JobError, JobState } from '#common/jobs';
import type { ScheduleTimes } from '#common/schedules';
import type { ExportDraft } from '../export.types.js';
import type { DeliveryTarget } from '../ports/export-delivery.port.js';

export const MAX_SCHEDULES = 50;
/** How long whoever was told of an export can fetch it. */
export const LINK_SECONDS = 86_400;

/** What each run exports. */
export type ScheduledExport = Omit<ExportDraft, 'since'>;

/** Where files go, as a caller says it: one of the two. */
export interface DeliveryDraft {
  readonly webhook?: { readonly url: string };
  readonly s3?: {
    readonly bucket: string;
    readonly region: string;
    readonly endpoint?: string;
    readonly prefix?: string;
    readonly pathStyle?: boolean;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
}

export interface ExportScheduleDraft {
  readonly name: string;
  readonly export: ScheduledExport;
  /** Whether a run has only what is new or has changed since what was delivered last. */
  readonly incremental?: boolean;
  readonly schedule: ScheduleTimes;
  readonly deliverTo: DeliveryDraft;
}

export type ExportScheduleChanges = Partial<ExportScheduleDraft> & { readonly paused?: boolean };

/** As whom a schedule runs: whoever made or changed it last. */
export type ScheduleRunner = Pick<Actor, 'kind' | 'id' | 'userId'>;

/** What became of a run. The job says where it stands. */
export interface ExportScheduleRun {
  readonly jobId: string;
  readonly exportId: string | null;
  readonly startedAt: Date;
  readonly deliveredAt: Date | null;
  /** When it was delivered, or given up. */
  readonly endedAt: Date | null;
  /** Of the export, as far as it is written; null before it is begun, and long after it is gone. */
  readonly rows: number | null;
  readonly jobState: JobState | null;
  /** Of the last attempt that failed. */
  readonly error: JobError | null;
}

export interface ExportSchedule extends ScheduleTimes {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly export: ScheduledExport;
  readonly isIncremental: boolean;
  readonly isPaused: boolean;
  readonly target: DeliveryTarget;
  /** What opens or proves the way there, sealed. */
  readonly sealed: string;
  /** What was committed when the export was asked for that was delivered last; null: the next one is whole. */
  readonly watermark: string | null;
  /** Changes with each change. */
  readonly version: number;
  readonly runner: ScheduleRunner;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastRun: ExportScheduleRun | null;
}

/** A schedule with when it comes round next; null when it is paused or does so no more. */
export interface ExportScheduleView extends ExportSchedule {
  readonly nextRunAt: Date | null;
  /** Of a webhook that is new: shown this once. */
  readonly newSecret: string | null;
}
