const MOST_NAMES = 20;
const OTHER = 'other';

/**
 * Names of models that may label a metric. Whoever makes a bot can name any model, so that a name that is not listed
 * has to have answered once, and only so many get in: the rest is `other`.
 */
export class ModelLabels {
  readonly #answered = new Set<string>();

  constructor(private readonly listed: ReadonlySet<string>) {}

  labelOf(provider: string, model: string): string {
    const key = keyOf(provider, model);
    return this.listed.has(key) || this.#answered.has(key) ? model : OTHER;
  }

  /** The model exists: it has answered. */
  markAnswered(provider: string, model: string): void {
    const key = keyOf(provider, model);
    if (!this.listed.has(key) && this.#answered.size < MOST_NAMES) this.#answered.add(key);
  }
}

/** A model among those of all providers. */
export function keyOf(provider: string, model: string): string {
  return `${provider}/${model}`;
}
