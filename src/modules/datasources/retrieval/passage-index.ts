import {
  MEANING_CANDIDATES,
  type Scope,
  type SearchQuery,
  type VectorQuery,
  wordCandidates,
} from './retrieval-statements.js';
import type { Finding, FoundPassage } from './search.types.js';

/** A passage as it is kept, without what a question makes of it. */
export type StoredPassage = Omit<FoundPassage, 'cosine'>;

/** Term frequencies of a passage end there, as those of a `tsvector` do. */
const MAX_FREQUENCY = 255;
/** Estimates, in bytes: of a passage beside its texts, of a term, and of a passage that holds it. */
const PASSAGE_BYTES = 800;
const TERM_BYTES = 100;
const POSTING_BYTES = 16;

/** So many passages are compared at a time: their sums do not wait for each other then. */
const TOGETHER = 4;

const NOBODY: readonly number[] = [];

/**
 * The passages of a bot in memory. Finds what `searchStatement` finds in the database, without its filters: the passages
 * with the best BM25, whose term frequencies are those of `ts_rank`, and those with the least cosine distance.
 */
export class PassageIndex {
  readonly #passages: StoredPassage[] = [];
  /** Of each term: a passage and how often it holds it, in turn. */
  readonly #postings = new Map<string, number[]>();
  /** Of length 1, one after the other; NaN where the model could not read the passage. */
  readonly #vectors: Float32Array;
  #bytes: number;

  /**
   * @param model whose vectors the passages have.
   * @param capacity how many passages will come.
   */
  constructor(
    private readonly model: string,
    private readonly dimensions: number,
    capacity: number,
  ) {
    this.#vectors = new Float32Array(dimensions * Math.ceil(capacity / TOGETHER) * TOGETHER);
    this.#bytes = this.#vectors.byteLength;
  }

  /** How much memory it takes, roughly. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a question can be compared with it. */
  isOf({ model, vector }: VectorQuery): boolean {
    return model === this.model && vector.length === this.dimensions;
  }

  /** Passages come in the order of their ids, which decides between those that fit equally well. */
  add(passage: StoredPassage, vector: Float32Array): void {
    const place = this.#passages.push(passage) - 1;
    this.#bytes += PASSAGE_BYTES + passage.text.length + passage.lexemes.length;
    // Of zeros nothing but NaN comes.
    const norm = normOf(vector);
    this.#vectors.set(
      vector.map((value) => value / norm),
      place * this.dimensions,
    );
    for (const { term, frequency } of lexemesIn(passage.lexemes)) this.#post(term, place, frequency);
  }

  search({ terms, corpus, topK, question }: SearchQuery, weights: NonNullable<Scope['weights']>): Finding {
    const postings = terms.map((term) => this.#postings.get(term) ?? NOBODY);
    const count = this.#passages.length;
    const byWords = bestOf(
      this.#weighted(this.#scores(postings, corpus), weights),
      count,
      wordCandidates(topK),
    );
    const cosines = question ? this.#cosines(question.vector) : null;
    const byMeaning = cosines ? bestOf(this.#weighted(cosines, weights), count, MEANING_CANDIDATES) : [];
    return {
      frequencies: postings.map(({ length }) => length / 2),
      passages: [...new Set([...byWords, ...byMeaning])].flatMap((place) => {
        const passage = this.#passages[place];
        const cosine = cosines?.[place] ?? NaN;
        return passage ? [{ ...passage, cosine: Number.isNaN(cosine) ? null : cosine }] : [];
      }),
    };
  }

  #post(term: string, place: number, frequency: number): void {
    const posting = this.#postings.get(term);
    if (posting) posting.push(place, frequency);
    else this.#postings.set(term, [place, frequency]);
    this.#bytes += posting ? POSTING_BYTES : POSTING_BYTES + TERM_BYTES;
  }

  /** What counts of passages whose sources do not all count the same. */
  #weighted(values: Float64Array, weights: NonNullable<Scope['weights']>): Float64Array {
    if (weights.size === 0) return values;
    return values.map(
      (value, place) => value * (weights.get(this.#passages[place]?.datasourceId ?? '') ?? 1),
    );
  }

  /** Of each passage by its words; NaN where it holds none. */
  #scores(
    postings: readonly (readonly number[])[],
    { passages, meanTerms }: SearchQuery['corpus'],
  ): Float64Array {
    const scores = new Float64Array(this.#passages.length).fill(NaN);
    for (const posting of postings) {
      const holding = posting.length / 2;
      const rarity = Math.log(1 + (passages - holding + 0.5) / (holding + 0.5));
      for (let at = 0; at < posting.length; at += 2) {
        const place = posting[at] ?? 0;
        const length = 0.25 + (0.75 * (this.#passages[place]?.termCount ?? 0)) / meanTerms;
        scores[place] = (scores[place] || 0) + (rarity * rankOf(posting[at + 1] ?? 0)) / length;
      }
    }
    return scores;
  }

  /** Of each passage; NaN where the model could not read it. */
  #cosines(question: Float32Array): Float64Array {
    const cosines = new Float64Array(this.#vectors.length / this.dimensions);
    const vectors = this.#vectors;
    const norm = normOf(question);
    const { length } = question;
    for (let place = 0; place < this.#passages.length; place += TOGETHER) {
      const first = place * length;
      const [second, third, fourth] = [first + length, first + 2 * length, first + 3 * length];
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let at = 0; at < length; at += 1) {
        const value = question[at] ?? 0;
        a += value * (vectors[first + at] ?? 0);
        b += value * (vectors[second + at] ?? 0);
        c += value * (vectors[third + at] ?? 0);
        d += value * (vectors[fourth + at] ?? 0);
      }
      cosines[place] = a / norm;
      cosines[place + 1] = b / norm;
      cosines[place + 2] = c / norm;
      cosines[place + 3] = d / norm;
    }
    return cosines;
  }
}

function normOf(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}

/** Terms and how often each occurs, of the text form of a `tsvector`: `'oil':3,9 'price':4`. Terms hold no quotes and no spaces. */
function* lexemesIn(text: string): Generator<{ readonly term: string; readonly frequency: number }> {
  for (const lexeme of text.split(' ')) {
    const end = lexeme.lastIndexOf("'");
    if (end > 0) yield { term: lexeme.slice(1, end), frequency: lexeme.split(',').length };
  }
}

/** What `ts_rank` gives for a term that occurs n times: a tenth of the sum of 1/i² up to n, by what that is without an end. */
const RANKS = new Float64Array(MAX_FREQUENCY + 1);
RANKS.forEach((_, frequency) => {
  if (frequency > 0) RANKS[frequency] = (RANKS[frequency - 1] ?? 0) + 0.1 / 1.64493406685 / frequency ** 2;
});

function rankOf(frequency: number): number {
  return RANKS[Math.min(frequency, MAX_FREQUENCY)] ?? 0;
}

/** The places of the greatest among the first `length` values, greatest first; of equal ones those that come first. NaN is no value. */
function bestOf(values: Float64Array, length: number, count: number): number[] {
  const places: number[] = [];
  let least = -Infinity;
  for (let place = 0; place < length; place += 1) {
    const value = values[place] ?? NaN;
    if (Number.isNaN(value) || (places.length === count && value <= least)) continue;
    places.splice(places.findLastIndex((other) => (values[other] ?? NaN) >= value) + 1, 0, place);
    places.length = Math.min(places.length, count);
    least = values[places.at(-1) ?? 0] ?? least;
  }
  return places;
}
