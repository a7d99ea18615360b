import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until the answer fits; for what another process does in its own time. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  fits: (answer: T) => boolean,
  timeoutMs = 10_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  let answer = await ask();
  while (!fits(answer)) {
    if (performance.now() > end)
      throw new Error(`Still ${JSON.stringify(answer)} after ${String(timeoutMs)} ms`);
    await sleep(15);
    answer = await ask();
  }
  return answer;
}
