import type { JobCounts, JobTally } from './job.types.js';

/** How much of the past says how fast a job is now. */
const WINDOW_MS = 30_000;
/** Reports come much closer together than is worth to remember. */
const MARK_EVERY_MS = 250;
/** What comes within less says nothing of how fast it goes on. */
const LEAST_MS = 500;
/** What is estimated from a share of the whole, instead of parts, is rough: it waits for more. */
const LEAST_MS_OF_SHARE = 3_000;
/** Nobody plans by a later end than this. */
const LONGEST_MS = 30 * 24 * 3_600_000;

/** How far a job was at some time. */
interface Mark {
  readonly atMs: number;
  readonly done: number;
  readonly progress: number;
}

/** How fast a job is, and how long it will take from here. */
export interface Pace {
  readonly counts: JobCounts | null;
  /** Null where it cannot be said. */
  readonly endsInMs: number | null;
}

/** Says how fast a job is, by what it reports. */
export class JobPace {
  #marks: Mark[] = [];
  #unit: string | null = null;
  #perSecond: number | null;

  /** @param before how fast the job was in the turn before: it counts until this one has something to say. */
  constructor(before: number | null = null) {
    this.#perSecond = before;
  }

  /** @param atMs of a clock that never goes back. */
  note(progress: number, tally: JobTally | null, atMs: number): Pace {
    const now = { atMs, done: tally?.done ?? 0, progress };
    if (this.#beginsAnew(now, tally)) this.#forget();
    this.#unit = tally?.unit ?? null;
    while (this.#marks[1] && this.#marks[1].atMs < atMs - WINDOW_MS) this.#marks.shift();
    const first = (this.#marks[0] ??= now);
    if (atMs - (this.#marks.at(-1)?.atMs ?? atMs) >= MARK_EVERY_MS) this.#marks.push(now);
    if (!tally) return { counts: null, endsInMs: byShare(first, now) };
    if (atMs - first.atMs >= LEAST_MS)
      this.#perSecond = ((now.done - first.done) * 1_000) / (atMs - first.atMs);
    return this.#byParts(tally, first, now);
  }

  #byParts({ done, known, unit }: JobTally, first: Mark, now: Mark): Pace {
    const perSecond = this.#perSecond;
    const byRate = known !== null && perSecond ? ((known - done) * 1_000) / perSecond : null;
    return {
      counts: { done, known, unit, perSecond: perSecond === null ? null : Math.round(perSecond * 10) / 10 },
      endsInMs: known === null ? byShare(first, now) : plausible(byRate),
    };
  }

  /** Other parts, or the same ones once more: what was before says nothing of what comes. */
  #beginsAnew(now: Mark, tally: JobTally | null): boolean {
    const last = this.#marks.at(-1);
    if (!last) return false;
    if ((tally?.unit ?? null) !== this.#unit) return true;
    return tally ? now.done < last.done : now.progress < last.progress;
  }

  #forget(): void {
    this.#marks = [];
    this.#perSecond = null;
  }
}

function byShare(first: Mark, now: Mark): number | null {
  const [ms, share] = [now.atMs - first.atMs, now.progress - first.progress];
  return ms < LEAST_MS_OF_SHARE || share <= 0 ? null : plausible(((1 - now.progress) * ms) / share);
}

function plausible(endsInMs: number | null): number | null {
  return endsInMs === null || endsInMs < 0 || endsInMs > LONGEST_MS ? null : Math.round(endsInMs);
}
