import type { Actor } from '#common/access';
import type { JobState } from '#common/jobs';
import type { ColumnType, Row, RowColumn, Rows, RowValue } from '#common/rows';
import type { FilterFields } from '#modules/conversations';

export type { ColumnType, Row, RowColumn, Rows, RowValue };

export const EXPORT_RESOURCES = [
  ...(['conversations', 'messages', 'pairs', 'feedback', 'table', 'usage', 'topics'] as const),
] as const;
export type ExportResource = (typeof EXPORT_RESOURCES)[number];

export const EXPORT_FORMATS = ['csv', 'jsonl', 'xlsx', 'parquet'] as const;
export type ExportFormatName = (typeof EXPORT_FORMATS)[number];

export const EXPORT_STATUSES = [
  ...(['queued', 'running', 'ready', 'failed', 'cancelled', 'expired'] as const),
] as const;
export type ExportStatus = (typeof EXPORT_STATUSES)[number];

/** So many exports of a workspace may be under way. */
export const MAX_UNFINISHED = 20;
export const MAX_COLUMNS = 300;

/** Small and JSON: what a source has to know of what is wanted, noted with the export. */
export type SourceScope = Readonly<Record<string, unknown>>;

/** What a caller wants. */
export interface ExportDraft {
  readonly resource: ExportResource;
  readonly format: ExportFormatName;
  readonly gzip?: boolean;
  readonly bom?: boolean;
  readonly timezone?: string;
  /** Names, in the order of the file; all usual ones when not given. */
  readonly columns?: readonly string[];
  /** The watermark of an export before. */
  readonly since?: string;
  /** Which conversations; of other resources, what of it they know. */
  readonly filter?: FilterFields;
  /** Of `table`: which one, and which of its records. */
  readonly tableId?: string;
  readonly recordFilter?: object;
}

/** What is fixed about an export when it is asked for. */
export interface ExportSettings {
  readonly gzip: boolean;
  readonly bom: boolean;
  readonly timezone: string;
  readonly columns: readonly RowColumn[];
  /** What the caller asked for, to be shown. */
  readonly filter: FilterFields;
  readonly tableId?: string;
  readonly recordFilter?: object;
  readonly scope: SourceScope;
}

/** An export with its file, as far as it is written. */
export interface Export {
  readonly id: string;
  readonly workspaceId: string;
  readonly resource: ExportResource;
  readonly format: ExportFormatName;
  readonly settings: ExportSettings;
  readonly fileName: string;
  /** What had been committed when it was asked for. */
  readonly snapshot: string;
  /** The snapshot of the export before, for what is new and changed only. */
  readonly since: string | null;
  readonly jobId: string | null;
  readonly jobState: JobState | null;
  readonly rowCount: number;
  readonly bytes: number;
  readonly partCount: number;
  readonly sha256: string | null;
  /** Values that did not fit into a cell and were cut. */
  readonly cutValues: number;
  readonly createdById: string;
  readonly createdByUserId: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly expiresAt: Date;
  readonly removedAt: Date | null;
}

/** A piece of the file. What follows can be written without knowing more of it than `state`. */
export interface ExportPart {
  readonly id: string;
  readonly ordinal: number;
  readonly rowCount: number;
  readonly bytes: number;
  readonly sha256: string | null;
  /** Where the rows of the next part begin; null when there are none. */
  readonly position: string | null;
  readonly state: PartState;
  readonly finishedAt: Date | null;
}

/** What a format has to know of a part that is written, to go on after it. JSON. */
export type PartState = unknown;

/** Who asks for an export: what is noted of an actor. */
export type ExportMaker = Pick<Actor, 'workspaceId' | 'id' | 'userId'>;
