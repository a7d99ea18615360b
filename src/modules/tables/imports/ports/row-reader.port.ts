import type { FileBytes, FileRows, ReadSettings } from '../import.types.js';

/** Reads the rows of a kind of file: in pieces, and never more of it than one row and a piece at a time. */
export interface RowReader {
  /** @throws FileUnreadable that says why, as soon as that is known. */
  rows(file: FileBytes, settings: ReadSettings): AsyncIterable<FileRows>;
}
