/** Each holds a client of the vendor's SDK. */
const MOST_KEPT = 500;

/** Adapters, kept as long as they are used, the latest 500. */
export class KeptAdapters<T> {
  readonly #kept = new Map<string, { readonly version: string; readonly adapter: T }>();

  /** The adapter of this name; opened anew when its version is another. */
  get(name: string, version: string, open: () => T): T {
    const kept = this.#kept.get(name);
    this.#kept.delete(name);
    const adapter = kept?.version === version ? kept.adapter : open();
    this.#kept.set(name, { version, adapter });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(oldest);
    }
    return adapter;
  }
}
