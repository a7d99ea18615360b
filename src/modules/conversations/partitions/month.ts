/** The first day of the month of this time, in UTC: `2026-11-01`. */
export function monthOf(time: Date, monthsLater = 0): string {
  const first = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + monthsLater, 1));
  return first.toISOString().slice(0, 10);
}

/** The months from one time to another, both included. */
export function monthsBetween(from: Date, to: Date): string[] {
  const last = monthOf(to);
  const months: string[] = [];
  for (let later = 0, month = monthOf(from); month <= last; later += 1, month = monthOf(from, later))
    months.push(month);
  return [...new Set(months)];
}
