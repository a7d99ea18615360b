/** What of a hosted table a source shows. Whatever is not shown can be neither found nor asked about. */
export interface TableView {
  /** Keys of fields, in the order in which they are printed; `null` for all of the table's. */
  readonly fields: readonly string[] | null;
  /** How a record is printed: text with `{key}` where the value of a field goes; `null` for a line a field. */
  readonly template: string | null;
}

/** A table that a bot answers from, for exact questions. */
export interface AttachedTable {
  readonly datasourceId: string;
  /** The document that stands for the table. */
  readonly documentId: string;
  readonly name: string;
  readonly tableId: string;
  readonly view: TableView;
}

/** So many records at most are passages; exact questions see all of them. */
export const MAX_ROW_PASSAGES = 100_000;

/** How far reading all of a table is. */
export interface TableReading {
  readonly runId: string;
  /** The last record that was read; `null` before the first. */
  readonly after: string | null;
  /** Where the next page begins. */
  readonly cursor: string | null;
  /** How many were read. */
  readonly read: number;
}
