import { wordsOf } from '#common/text';

/** What of a passage says whether another one repeats it. */
export interface Comparable {
  readonly text: string;
  /** Records are alike by nature, and each stands for itself. */
  readonly rowId?: string | null | undefined;
}

/** A passage that says again what an earlier one says. */
export interface Repetition<Passage> {
  readonly of: Passage;
  /** How much of both is the same, from 0 to 1. */
  readonly similarity: number;
}

// Chosen so that a copy with a word exchanged or a sentence more lies above it; near-duplicates.spec.ts shows such pairs.
const SHARED_RUNS = 0.7;
/** Words of a run. */
const RUN = 3;
/** Copies are about as long as each other, and share most stretches of the text to the letter. */
const LEAST_LENGTH_RATIO = 0.7;
const PROBES = 8;
const PROBE_CHARS = 12;
const LEAST_PROBES = 3;

const HAS_DIGIT = /\p{N}/u;

/** Finds among passages those that repeat an earlier one almost word for word. */
export class NearDuplicates<Passage extends Comparable> {
  readonly #kept: Passage[] = [];
  readonly #runs = new Map<string, ReadonlySet<string>>();

  /**
   * Says which earlier passage this one repeats; if none, it counts as an earlier one from now on. What differs in a
   * number says something else, and repeats nothing.
   */
  add(passage: Passage): Repetition<Passage> | null {
    for (const kept of this.#kept) {
      if (kept.text === passage.text) return { of: kept, similarity: 1 };
      if (!mayRepeat(passage, kept)) continue;
      const similarity = shared(this.#runsOf(passage), this.#runsOf(kept));
      if (similarity >= SHARED_RUNS && numbersOf(passage) === numbersOf(kept))
        return { of: kept, similarity };
    }
    this.#kept.push(passage);
    return null;
  }

  #runsOf({ text }: Passage): ReadonlySet<string> {
    const known = this.#runs.get(text);
    if (known) return known;
    const runs = runsOf(text);
    this.#runs.set(text, runs);
    return runs;
  }
}

/** What the limit is set upon: the part of the runs of three words of both texts that both have. */
export function similarityOf(a: string, b: string): number {
  return shared(runsOf(a), runsOf(b));
}

/** Costs next to nothing, and is true of hardly any pair that is not much the same. */
export function mayRepeat(a: Comparable, b: Comparable): boolean {
  if (a.rowId || b.rowId) return false;
  const [short, long] = a.text.length < b.text.length ? [a.text, b.text] : [b.text, a.text];
  if (short.length < LEAST_LENGTH_RATIO * long.length) return false;
  if (short.length < PROBES * PROBE_CHARS) return true;
  let found = 0;
  const step = (short.length - PROBE_CHARS) / (PROBES - 1);
  for (let probe = 0; probe < PROBES; probe += 1) {
    const at = Math.floor(probe * step);
    if (long.includes(short.slice(at, at + PROBE_CHARS))) found += 1;
  }
  return found >= LEAST_PROBES;
}

function numbersOf({ text }: Comparable): string {
  const numbers = wordsOf(text).filter((word) => HAS_DIGIT.test(word));
  return [...new Set(numbers)].sort().join(' ');
}

function runsOf(text: string): ReadonlySet<string> {
  const words = wordsOf(text);
  if (words.length <= RUN) return new Set([words.join(' ')]);
  return new Set(words.slice(RUN - 1).map((_, index) => words.slice(index, index + RUN).join(' ')));
}

/** Jaccard. */
function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const item of a) if (b.has(item)) both += 1;
  return both / Math.max(1, a.size + b.size - both);
}
