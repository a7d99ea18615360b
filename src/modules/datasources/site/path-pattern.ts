const WORD_BITS = 32;

/** What may stand between two characters of a pattern. */
type Gap = 'nothing' | 'segment' | 'anything';

/**
 * A pattern of addresses: `*` stands for any characters but `/`, `**` for any characters at all, and everything else for
 * itself. It fits a text as a whole.
 *
 * Reads each character of a text once, whatever the pattern: all places of the pattern that a reading can be at are bits
 * of a few numbers, which move on together.
 */
export class PathPattern {
  readonly #words: number;
  readonly #places = new Map<string, Uint32Array>();
  readonly #never: Uint32Array;
  /** Places that stay where they are over any character but `/`, and over `/`. */
  readonly #staying: Uint32Array;
  readonly #stayingOverSlash: Uint32Array;
  readonly #end: number;

  constructor(readonly pattern: string) {
    const { literals, gaps } = read(pattern);
    this.#end = literals.length;
    this.#words = Math.floor(this.#end / WORD_BITS) + 1;
    this.#never = new Uint32Array(this.#words);
    this.#staying = new Uint32Array(this.#words);
    this.#stayingOverSlash = new Uint32Array(this.#words);
    literals.forEach((literal, place) => {
      const places = this.#places.get(literal) ?? new Uint32Array(this.#words);
      this.#places.set(literal, set(places, place));
    });
    gaps.forEach((gap, place) => {
      if (gap !== 'nothing') set(this.#staying, place);
      if (gap === 'anything') set(this.#stayingOverSlash, place);
    });
  }

  fits(text: string): boolean {
    const now = set(new Uint32Array(this.#words), 0);
    for (let at = 0; at < text.length; at += 1) this.#step(now, text.charAt(at));
    return ((now[Math.floor(this.#end / WORD_BITS)] ?? 0) & (1 << (this.#end % WORD_BITS))) !== 0;
  }

  #step(now: Uint32Array, character: string): void {
    const moving = this.#places.get(character) ?? this.#never;
    const staying = character === '/' ? this.#stayingOverSlash : this.#staying;
    let carry = 0;
    for (let word = 0; word < this.#words; word += 1) {
      const here = now[word] ?? 0;
      const moved = here & (moving[word] ?? 0);
      now[word] = (moved << 1) | carry | (here & (staying[word] ?? 0));
      carry = moved >>> (WORD_BITS - 1);
    }
  }
}

/** The characters of a pattern, and what may stand before each and after the last. */
function read(pattern: string): { literals: string[]; gaps: Gap[] } {
  const literals: string[] = [];
  const gaps: Gap[] = ['nothing'];
  for (const [token] of pattern.matchAll(/\*+|[^*]/gs)) {
    if (token.startsWith('*')) gaps[literals.length] = token.length > 1 ? 'anything' : 'segment';
    else {
      literals.push(token);
      gaps.push('nothing');
    }
  }
  return { literals, gaps };
}

function set(bits: Uint32Array, place: number): Uint32Array {
  const word = Math.floor(place / WORD_BITS);
  bits[word] = (bits[word] ?? 0) | (1 << (place % WORD_BITS));
  return bits;
}
