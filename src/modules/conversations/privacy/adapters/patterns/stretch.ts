/** A part of a text, `end` not included. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export function overlap(one: Stretch, other: Stretch): boolean {
  return one.start < other.end && other.start < one.end;
}
