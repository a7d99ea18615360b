/** What a field of a hosted table can hold. */
export const FIELD_TYPES = [
  ...(['text', 'long_text', 'number', 'boolean', 'date', 'datetime', 'select', 'multi_select'] as const),
  ...(['email', 'url', 'json', 'link'] as const),
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

export const MAX_TABLES = 500;
export const MAX_FIELDS = 200;
/** As the check on the column says, too. */
export const MAX_RECORDS = 1_000_000;
export const MAX_RECORD_BYTES = 65_536;
export const MAX_BATCH = 1_000;

/** A value as JSON has it; `null` where there is none. */
export type FieldValue = unknown;
export type RecordValues = Readonly<Record<string, FieldValue>>;

/** What decides which values fit a field. */
export interface FieldShape {
  readonly type: FieldType;
  /** Of `select` and `multi_select`. */
  readonly options: readonly string[];
  /** Of `link`: the table whose records it names. */
  readonly linkedTableId: string | null;
}

/** A field of a hosted table. */
export interface Field extends FieldShape {
  readonly id: string;
  /** What records call it: never changes. */
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly unique: boolean;
  readonly indexed: boolean;
  /** What a new record gets that does not say, as one would write it into a cell. */
  readonly default: string | null;
  readonly position: number;
  /** The column of the table's storage. */
  readonly column: string;
  /** What a job is to make of it. */
  readonly conversion: FieldConversion | null;
}

/** A hosted table with its fields, in their order. */
export interface HostedTable {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly description: string;
  readonly recordCount: number;
  readonly fields: readonly Field[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A record, its values by the keys of their fields. */
export interface TableRecord {
  readonly id: string;
  readonly fields: RecordValues;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface FieldDraft {
  readonly key?: string;
  readonly name: string;
  readonly description?: string;
  readonly type: FieldType;
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly indexed?: boolean;
  readonly default?: string | null;
  readonly options?: readonly string[];
  readonly linkedTableId?: string;
  readonly position?: number;
}

/** What of a field is to be different; its type is changed by a conversion. */
export type FieldChanges = Partial<Omit<FieldDraft, 'key' | 'type' | 'linkedTableId'>>;

export interface TableDraft {
  readonly name: string;
  readonly description?: string;
  readonly fields?: readonly FieldDraft[];
}

export type TableChanges = Partial<Omit<TableDraft, 'fields'>>;

/** What a field is to become, and whether values that do not fit may be lost. */
export interface FieldConversion extends FieldShape {
  readonly emptyMisfits: boolean;
  /** Whether only to tell what does not convert. */
  readonly dryRun: boolean;
}

/** What became of one record of an upsert. */
export interface UpsertedRecord {
  readonly id: string;
  readonly isNew: boolean;
}
