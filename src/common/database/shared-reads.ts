import { AsyncLocalStorage } from 'node:async_hooks';
import DataLoader from 'dataloader';

const MOST_AT_ONCE = 500;
/** A read that takes longer holds up nobody but those who share it. */
const PATIENCE_MS = 50;

/** Reads the rows of several keys, none twice. Keys that have none are left out. */
export type ReadShared<Row> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Row>>;

/**
 * Answers many who each look for one row by few reads: whoever asks while a read is under way shares the next one with all
 * others who do. Nothing is remembered. The row that a caller gets was read after the caller asked for it.
 *
 * A read that fails fails for all who share it, so a key must not be what could make it fail. It belongs to nobody's
 * request or transaction.
 */
export class SharedReads<Row> {
  readonly #outside = AsyncLocalStorage.snapshot();
  readonly #loader: DataLoader<string, Row | null>;
  #underWay: Promise<void> | undefined;

  constructor(private readonly read: ReadShared<Row>) {
    this.#loader = new DataLoader((keys) => this.#outside(() => this.#readAll(keys)), {
      cache: false,
      maxBatchSize: MOST_AT_ONCE,
      batchScheduleFn: (dispatch) => void this.#freeWay().then(dispatch),
    });
  }

  find(key: string): Promise<Row | null> {
    return this.#loader.load(key);
  }

  async #freeWay(): Promise<void> {
    if (!this.#underWay) return;
    const { promise: lostPatience, resolve: losePatience } = Promise.withResolvers<void>();
    const timer = setTimeout(losePatience, PATIENCE_MS);
    await Promise.race([this.#underWay, lostPatience]);
    clearTimeout(timer);
  }

  async #readAll(keys: readonly string[]): Promise<(Row | null)[]> {
    const reading = this.read([...new Set(keys)]);
    const over = reading.then(
      () => undefined,
      () => undefined,
    );
    this.#underWay = over;
    try {
      const rows = await reading;
      return keys.map((key) => rows.get(key) ?? null);
    } finally {
      if (this.#underWay === over) this.#underWay = undefined;
    }
  }
}
