/**
 * Runs a generator to its end at its own pace and hands its values to a reader at the reader's.
 *
 * What is produced waits in memory, so use it where that is bounded. The generator runs on when the reader leaves.
 */
export async function* runAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const waiting: T[] = [];
  let failure: { readonly error: unknown } | undefined;
  let ended = false;
  let wake: () => void = () => undefined;

  const run = async (): Promise<void> => {
    try {
      for await (const value of source) {
        waiting.push(value);
        wake();
      }
    } catch (error) {
      failure = { error };
    } finally {
      ended = true;
      wake();
    }
  };

  void run();
  for (;;) {
    while (waiting.length > 0) yield waiting.shift() as T;
    if (failure) throw failure.error;
    if (ended) return;
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (waiting.length > 0 || ended) resolve();
    });
  }
}
