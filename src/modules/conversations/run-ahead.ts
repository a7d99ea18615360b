/** Makes one value of the one that waits last and the next; undefined where they cannot be joined. */
export type Join<T> = (waiting: T, next: T) => T | undefined;

/** Work that tells what happens in it. */
export type Telling<T> = (tell: (value: T) => void) => Promise<void>;

/**
 * Does work to its end at its own pace and hands what it tells to a reader at the reader's.
 *
 * What a slow reader has not read waits in memory, as few values as `join` can make of them; use it where their size
 * is bounded. When the reader leaves, the work goes on and nothing waits any more.
 */
export async function* runAhead<T>(work: Telling<T>, join: Join<T> = () => undefined): AsyncGenerator<T> {
  const waiting: T[] = [];
  let failure: { readonly error: unknown } | undefined;
  let ended = false;
  let isRead = true;
  let wake: () => void = () => undefined;

  const put = (value: T): void => {
    if (!isRead) return;
    const last = waiting.at(-1);
    const joined = last === undefined ? undefined : join(last, value);
    if (joined === undefined) waiting.push(value);
    else waiting[waiting.length - 1] = joined;
    wake();
  };

  const run = async (): Promise<void> => {
    try {
      await work(put);
    } catch (error) {
      failure = { error };
    } finally {
      ended = true;
      wake();
    }
  };

  void run();
  try {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift() as T;
      if (failure) throw failure.error;
      if (ended) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    isRead = false;
    waiting.length = 0;
  }
}
