/** Where there is no number. */
export const NONE = '–';
/** Where there was nothing before. */
export const NEW = 'new';

/** `87 %`, or a dash. */
export function percent(rate: number | null): string {
  return rate === null ? NONE : `${String(Math.round(rate * 100))} %`;
}

/** `+12 %`. */
export function signed(change: number): string {
  const rounded = Math.round(change * 100);
  return `${rounded > 0 ? '+' : rounded < 0 ? '−' : '±'}${String(Math.abs(rounded))} %`;
}

export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `of 51 questions`: what a share is of. Nothing where there is none. */
export function outOf(whole: number, thing: string): string {
  return whole === 0 ? '' : `of ${count(whole)} ${thing}${whole === 1 ? '' : 's'}`;
}

export function usd(value: number): string {
  return `$${value.toFixed(value !== 0 && value < 1 ? 4 : 2)}`;
}

/** `850 ms` or `2.4 s`, or a dash. */
export function duration(ms: number | null): string {
  if (ms === null) return NONE;
  return ms < 1_000 ? `${String(Math.round(ms))} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** The day, as the clocks of the time zone show it. */
export function day(moment: Date, timezone: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: timezone }).format(moment);
}

/** How a number has changed, or that it is new. */
export function changeOf(now: number | null, before: number | null): string {
  if (now === null || before === null) return NONE;
  if (before === 0) return now === 0 ? '±0 %' : NEW;
  return signed(now / before - 1);
}

/** How a rate has changed, in percentage points. */
export function pointsOf(now: number | null, before: number | null): string {
  if (now === null || before === null) return NONE;
  const points = Math.round((now - before) * 100);
  return `${points > 0 ? '+' : points < 0 ? '−' : '±'}${String(Math.abs(points))} points`;
}
