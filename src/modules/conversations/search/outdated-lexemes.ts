/** For longer stretches of time the months are not named one by one. */
const MAX_MONTHS = 24;
const DAY_MS = 86_400_000;

/**
 * How rows that were written before there were blocks of time say where and when a message was said: by the month. They
 * are rewritten in the background; until then they are found by these.
 *
 * @returns lexemes, any of which a row holds.
 */
export function outdatedPlaceLexemes(
  { workspaceId, botId }: { readonly workspaceId: string; readonly botId?: string },
  from?: Date,
  to?: Date,
): string[] {
  const place = botId === undefined ? `@w${endOf(workspaceId)}` : `@b${endOf(botId)}`;
  const months = from && monthsBetween(from, to ?? new Date(Date.now() + DAY_MS));
  return months?.map((month) => `${place}@${month.toISOString().slice(0, 7)}`) ?? [place];
}

function endOf(id: string): string {
  return id.replaceAll('-', '').slice(12).toLowerCase();
}

/** The months that a stretch of time touches; `undefined` when they are too many. */
function monthsBetween(from: Date, to: Date): Date[] | undefined {
  const first = from.getUTCFullYear() * 12 + from.getUTCMonth();
  const last = to.getUTCFullYear() * 12 + to.getUTCMonth();
  if (last < first || last - first >= MAX_MONTHS) return undefined;
  return Array.from(
    { length: last - first + 1 },
    (_, index) => new Date(Date.UTC(Math.floor((first + index) / 12), (first + index) % 12)),
  );
}
