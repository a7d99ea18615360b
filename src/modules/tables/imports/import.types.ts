import type { Readable } from 'node:stream';
import type { FileRange } from '#common/storage';
import type { JobState } from '#common/jobs';
import type { FieldType } from '../tables.types.js';

export const IMPORT_FORMATS = ['csv', 'jsonl', 'xlsx'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export const IMPORT_MODES = ['append', 'upsert', 'replace'] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];

/** In which order people write the parts of a date. */
export const DATE_ORDERS = ['ymd', 'dmy', 'mdy'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

export const MAX_FILE_BYTES = 256 * 1_048_576;
export const MAX_FILES = 50;
export const MAX_COLUMNS = 1_000;
/** Of a line as it stands in the file; a record holds far less. */
export const MAX_LINE_BYTES = 1_048_576;
/** Of a file: more than a table can hold, since some may change records or not be taken. */
export const MAX_ROWS = 2_000_000;
export const MAX_UNFINISHED = 5;
/** How many problems of an import are kept. */
export const MAX_REJECTIONS = 10_000;

/** A file that was sent, to be looked at and imported. */
export interface ImportFile {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly bytes: number;
  readonly createdAt: Date;
  /** When it is removed, unless an import still reads it. */
  readonly expiresAt: Date;
}

/** How people write numbers and dates in cells. */
export interface CellStyle {
  readonly decimal: '.' | ',';
  readonly dateOrder: DateOrder;
}

/** How a file is to be read. */
export interface ReadSettings extends CellStyle {
  readonly format: ImportFormat;
  /** Of `csv`. */
  readonly delimiter: string;
  /** As `TextDecoder` calls it. */
  readonly encoding: string;
  /** Whether the first row names the columns. */
  readonly hasHeader: boolean;
  /** Of `xlsx`. */
  readonly sheet: string | null;
  /** How many columns there are, where rows do not name theirs. */
  readonly width: number | null;
}

/** The bytes of a file, in pieces. */
export interface FileBytes {
  readonly bytes: number;
  read(range?: FileRange): Readable;
}

/** A row of a file. */
export interface FileRow {
  /** As people count, from 1, with the header and with empty rows. */
  readonly number: number;
  /** By the places of columns: numbers, or the keys of an object. */
  readonly cells: readonly unknown[] | Readonly<Record<string, unknown>>;
  /** What is wrong with the row as a whole. */
  readonly problem?: string;
}

/** Some rows, none of them empty, and how much of the file had been read then. */
export interface FileRows {
  readonly rows: readonly FileRow[];
  readonly bytesRead: number;
}

/** A column of a file. */
export interface FileColumn {
  /** Unique within the file. */
  readonly name: string;
  /** Where its cells stand in a row. */
  readonly at: number | string;
}

/** A column, what its cells look like, and where they could go. */
export interface PreviewedColumn extends FileColumn {
  readonly type: FieldType;
  readonly examples: readonly string[];
  /** The field of the table that it belongs to, as far as names tell. */
  readonly field: string | null;
}

/** What a file looks like, read in a certain way. */
export interface FilePreview {
  readonly settings: ReadSettings;
  readonly sheets: readonly string[];
  readonly columns: readonly PreviewedColumn[];
  /** The first rows, by columns. */
  readonly rows: readonly (readonly string[])[];
  readonly warnings: readonly string[];
}

/** Which column goes into which field. */
export interface ColumnMapping extends FileColumn {
  readonly fieldId: string;
}

/** What of how a file is read the caller knows better. */
export type ReadWishes = Partial<ReadSettings>;

export interface ImportDraft {
  readonly fileId: string;
  readonly mode: ImportMode;
  /** Of `upsert`: the unique field. */
  readonly key?: string;
  /** Keys of fields by names of columns; by what the names tell where it is left out. */
  readonly mapping?: Readonly<Record<string, unknown>>;
  readonly reading?: ReadWishes;
}

/** A table that is loaded apart from its own, to take its place. */
export interface AsideTable {
  /** Its columns, by the ids of the fields. */
  readonly columns: Readonly<Record<string, string>>;
  /** What the fields were like then. */
  readonly shape: string;
}

/** An import, and how far it is. */
export interface TableImport {
  readonly id: string;
  readonly workspaceId: string;
  readonly tableId: string;
  readonly fileId: string;
  readonly fileName: string;
  readonly fileBytes: number;
  readonly mode: ImportMode;
  readonly key: string | null;
  readonly settings: ReadSettings;
  readonly mapping: readonly ColumnMapping[];
  readonly jobId: string | null;
  readonly jobState: JobState | null;
  /** Number of the last row that was dealt with. */
  readonly position: number;
  readonly bytesRead: number;
  readonly created: number;
  readonly updated: number;
  readonly rejected: number;
  readonly rowsPerSecond: number | null;
  readonly bytesPerSecond: number | null;
  /** Of `replace`: the table that is being loaded, once there is one. */
  readonly aside: AsideTable | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** Why something of a row was not taken. */
export interface Rejection {
  readonly rowNumber: number;
  readonly column: string | null;
  readonly value: string | null;
  readonly reason: string;
}

/** What a batch of rows came to. */
export interface BatchOutcome {
  readonly position: number;
  readonly bytesRead: number;
  readonly created: number;
  readonly updated: number;
  /** One or more for each row that was not taken. */
  readonly rejections: readonly Rejection[];
  readonly rejected: number;
  readonly rowsPerSecond: number;
  readonly bytesPerSecond: number;
}
