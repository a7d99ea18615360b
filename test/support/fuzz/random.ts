/** Chance that can be repeated: the same seed and index give the same choices, whatever was asked for in between. */
export class Random {
  #state: number;

  private constructor(state: number) {
    this.#state = state;
  }

  static of(seed: number, index: number): Random {
    return new Random(scrambled(scrambled(seed) ^ Math.imul(index + 1, 0x9e3779b1)));
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    return scrambled(this.#state) / 4_294_967_296;
  }

  /** A whole number, both ends included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** Whether something of this probability happens. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (items.length === 0) throw new RangeError('There is nothing to pick from.');
    return item as T;
  }

  /** One of several things, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, item: T])[]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.next() * total;
    const chosen = choices.find(([weight]) => (left -= weight) < 0) ?? choices.at(-1);
    if (!chosen) throw new RangeError('There is nothing to pick from.');
    return chosen[1];
  }

  /** Some of the items, in their order. */
  some<T>(items: readonly T[], probability = 0.5): T[] {
    return items.filter(() => this.chance(probability));
  }
}

/** Thomas Wang's and murmur3's way to make a number's bits depend on each other. */
function scrambled(number: number): number {
  let bits = number >>> 0;
  bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return (bits ^ (bits >>> 14)) >>> 0;
}
