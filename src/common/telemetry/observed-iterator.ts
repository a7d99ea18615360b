import type { ObservedRun, Run } from './run.js';

/** Sees a piece of a result on its way to the reader. */
export type OnItem<T> = (item: T, run: Run) => void;

/** Iterates work that gives its result in pieces, within its run, and ends the run with it. */
export class ObservedIterator<T> implements AsyncIterableIterator<T> {
  readonly #iterator: AsyncIterator<T>;

  constructor(
    private readonly run: ObservedRun,
    source: () => AsyncIterable<T>,
    private readonly onItem: OnItem<T> = () => undefined,
  ) {
    this.#iterator = run.within(source)[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T>> {
    try {
      const result = await this.run.within(() => this.#iterator.next());
      if (result.done) this.run.end();
      else this.onItem(result.value, this.run);
      return result;
    } catch (error) {
      this.run.fail(error);
      throw error;
    }
  }

  async return(): Promise<IteratorResult<T>> {
    try {
      await this.run.within(() => this.#iterator.return?.());
    } finally {
      this.run.abort();
    }
    return { done: true, value: undefined };
  }
}
