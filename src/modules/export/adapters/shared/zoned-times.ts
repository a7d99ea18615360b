/** Offsets from UTC change at quarters of an hour, everywhere and since long. */
const STEP_MS = 900_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const MAX_KNOWN = 200_000;
/** What follows the date in ISO 8601, with an example. */
const CLOCK = '13:00:00.000Z';
const TWO: readonly string[] = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/** Tells times in a zone. Asks the runtime for each quarter of an hour once: that takes a thousand times as long. */
export class ZonedTimes {
  readonly #format: Intl.DateTimeFormat | null;
  readonly #known = new Map<number, number>();
  #lastStep = Number.NaN;
  #lastOffset = 0;
  #lastDay = Number.NaN;
  #date = '';
  #zone = 'Z';

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
      this.#zone = zoneOf(this.#lastOffset);
    }
    return this.#lastOffset;
  }

  /** ISO 8601 with milliseconds and offset: `2026-01-31T13:00:00.000+01:00`, in UTC with `Z`. */
  format(ms: number): string {
    const local = ms + this.offsetMs(ms);
    const day = Math.floor(local / DAY_MS);
    if (day !== this.#lastDay) {
      this.#date = new Date(local).toISOString().slice(0, -CLOCK.length);
      this.#lastDay = day;
    }
    const clock = local - day * DAY_MS;
    const hours = TWO[Math.floor(clock / HOUR_MS)] ?? '';
    const minutes = TWO[Math.floor(clock / MINUTE_MS) % 60] ?? '';
    const seconds = TWO[Math.floor(clock / SECOND_MS) % 60] ?? '';
    const rest = String(clock % SECOND_MS).padStart(3, '0');
    return `${this.#date}${hours}:${minutes}:${seconds}.${rest}${this.#zone}`;
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
    const offset = Math.round((local.getTime() - ms) / MINUTE_MS) * MINUTE_MS;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(step, offset);
    return offset;
  }
}

/** `+01:00` */
function zoneOf(offsetMs: number): string {
  const minutes = Math.abs(Math.round(offsetMs / MINUTE_MS));
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${hours}:${TWO[minutes % 60] ?? ''}`;
}
