/**
 * Ids begin with the time, so that those which share their first hexadecimal digits were made within one block of time:
 * six digits say 4.7 hours, five 3.1 days, four 50 days. A stretch of time is a few blocks, however long it is.
 */
const DIGITS = [6, 5, 4] as const;
const FINEST = DIGITS[0];
const FAN_OUT = 16;
/** So many times longer than a block is what need not end within one. */
const ROUNDED = 4;

/** From where to where, counted in the smallest blocks; without its end. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The blocks in which an id was made, as the beginnings of ids. */
export function blocksOf(id: string): string[] {
  return DIGITS.map((digits) => id.slice(0, digits).toLowerCase());
}

/** Which of the smallest blocks an id was made in. */
export function blockNumberOf(id: string): number {
  return Number.parseInt(id.slice(0, FINEST), 16);
}

/** The first id that may be made in one of the smallest blocks. */
export function firstIdIn(block: number): string {
  return `${beginningOf(block, FINEST)}00-0000-0000-0000-000000000000`;
}

/** Few blocks that cover a stretch of time, and at its ends perhaps a little more. */
export function blocksWithin({ from, to }: Stretch): string[] {
  const length = to - from;
  const rounding = FAN_OUT ** Math.min(DIGITS.length - 1, Math.max(0, levelOf(length / ROUNDED)));
  const blocks: string[] = [];
  const end = Math.ceil(to / rounding) * rounding;
  for (let at = Math.floor(from / rounding) * rounding; at < end;) {
    const level = largestAt(at, end);
    blocks.push(beginningOf(at / FAN_OUT ** level, FINEST - level));
    at += FAN_OUT ** level;
  }
  return blocks;
}

function levelOf(length: number): number {
  return Math.floor(Math.log(Math.max(1, length)) / Math.log(FAN_OUT));
}

/** How much coarser than the smallest the largest block is that begins here and is not too long. */
function largestAt(at: number, end: number): number {
  for (let level = DIGITS.length - 1; level > 0; level -= 1)
    if (at % FAN_OUT ** level === 0 && at + FAN_OUT ** level <= end) return level;
  return 0;
}

function beginningOf(block: number, digits: number): string {
  return block.toString(16).padStart(digits, '0');
}
