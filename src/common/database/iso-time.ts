/**
 * SQL that tells a time as answers do, in ISO 8601 with milliseconds and in UTC. Drivers hand on times of hand-written SQL
 * as the texts of the database, which few readers understand.
 *
 * @param column of type `timestamptz`.
 */
export function isoTime(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
