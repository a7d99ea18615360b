/** A statement of more rows would hold up the main thread, where the embedded database runs, for too long. */
const ROWS_PER_STATEMENT = 50;

/** Many rows, by what goes into one statement. */
export function inBatches<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_PER_STATEMENT) }, (_, index) =>
    rows.slice(index * ROWS_PER_STATEMENT, (index + 1) * ROWS_PER_STATEMENT),
  );
}
