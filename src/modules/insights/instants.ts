/** A column of SQL that gives a time as milliseconds: raw statements have no types of their own. */
export function millisecondsOf(expression: string): string {
  return `(extract(epoch from ${expression}) * 1000)::float8`;
}

/** What such a column holds. */
export function instantOf(milliseconds: number): Date {
  return new Date(Math.round(milliseconds));
}

export function instantOrNull(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : instantOf(milliseconds);
}
