/** A statement of more rows would hold up the main thread, where the embedded database runs, for too long. */
const ROWS_PER_STATEMENT = 50;

/** Many rows, by what goes into one statement, or by as many as `size` says. */
export function inBatches<T>(rows: readonly T[], size = ROWS_PER_STATEMENT): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  );
}
