import type { FileRow, FileRows } from './import.types.js';

/** Rows that are written at one go. */
export interface RowBatch {
  readonly rows: readonly FileRow[];
  /** How much of the file had been read then. */
  readonly bytesRead: number;
}

export const BATCH_ROWS = 4_000;
/** Of what a batch holds, in its cells or in the file: two batches are in memory at a time. */
export const BATCH_CHARACTERS = 4_000_000;

/** Puts rows together that are few enough for the memory, however long each of them is. */
export async function* batchesOf(pieces: AsyncIterable<FileRows>): AsyncGenerator<RowBatch> {
  let rows: FileRow[] = [];
  let characters = 0;
  let bytesBefore = 0;
  let bytesRead = 0;
  for await (const piece of pieces) {
    bytesRead = piece.bytesRead;
    for (const row of piece.rows) {
      rows.push(row);
      characters += charactersOf(row);
      const size = Math.max(characters, bytesRead - bytesBefore);
      if (rows.length < BATCH_ROWS && size < BATCH_CHARACTERS) continue;
      yield { rows, bytesRead };
      [rows, characters, bytesBefore] = [[], 0, bytesRead];
    }
  }
  if (rows.length > 0) yield { rows, bytesRead };
}

function charactersOf({ cells }: FileRow): number {
  const values: readonly unknown[] = Array.isArray(cells) ? cells : Object.values(cells);
  let characters = 0;
  for (const value of values) characters += typeof value === 'string' ? value.length : 0;
  return characters;
}
