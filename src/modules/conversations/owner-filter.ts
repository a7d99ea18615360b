import type { RowFilter } from '#common/access';

/** The one whose conversations alone may be seen, if the filter says so in every branch. */
export function ownerOf({ $or }: RowFilter): string | null {
  const owners = $or.map((branch) => branch['createdById']);
  return owners.every((owner) => owner !== undefined) ? (owners[0] ?? null) : null;
}
