/** Offsets from UTC change at quarters of an hour, everywhere and since long. */
const STEP_MS = 900_000;
const MAX_KNOWN = 200_000;

/** Tells times in a zone. Asks the runtime for each quarter of an hour once: that takes a thousand times as long. */
export class ZonedTimes {
  readonly #format: Intl.DateTimeFormat | null;
  readonly #known = new Map<number, number>();
  #lastStep = Number.NaN;
  #lastOffset = 0;

  /** @param timeZone an IANA name. */
  constructor(timeZone: string) {
    this.#format =
      timeZone === 'UTC'
        ? null
        : new Intl.DateTimeFormat('en-US', {
            timeZone,
            hourCycle: 'h23',
            ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
            ...{ hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short' },
          });
  }

  /** How far the zone is ahead of UTC then, in milliseconds. */
  offsetMs(ms: number): number {
    if (!this.#format) return 0;
    const step = Math.floor(ms / STEP_MS);
    if (step !== this.#lastStep) {
      this.#lastOffset = this.#known.get(step) ?? this.#askFor(step);
      this.#lastStep = step;
    }
    return this.#lastOffset;
  }

  /** ISO 8601 with milliseconds and offset: `2026-01-31T13:00:00.000+01:00`, in UTC with `Z`. */
  format(ms: number): string {
    const offset = this.offsetMs(ms);
    const text = new Date(ms + offset).toISOString();
    if (!this.#format) return text;
    const minutes = Math.abs(Math.round(offset / 60_000));
    const two = (value: number): string => String(value).padStart(2, '0');
    const sign = offset < 0 ? '-' : '+';
    return `${text.slice(0, -1)}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  }

  #askFor(step: number): number {
    const ms = step * STEP_MS;
    const parts = new Map(this.#format?.formatToParts(ms).map(({ type, value }) => [type, value]));
    const of = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
    const year = parts.get('era') === 'BC' ? 1 - of('year') : of('year');
    const local = new Date(0);
    local.setUTCFullYear(year, of('month') - 1, of('day'));
    local.setUTCHours(of('hour'), of('minute'), of('second'));
    // Offsets of seconds are of times before there were zones; ISO 8601 has no place for them.
    const offset = Math.round((local.getTime() - ms) / 60_000) * 60_000;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(step, offset);
    return offset;
  }
}
