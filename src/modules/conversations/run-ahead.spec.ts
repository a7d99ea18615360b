import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { runAhead, type Telling } from './run-ahead.js';

function counting(to: number, seen: number[]): Telling<number> {
  return async (tell) => {
    for (let number = 1; number <= to; number += 1) {
      await sleep(1);
      seen.push(number);
      tell(number);
    }
  };
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe('runAhead', () => {
  it('hands on every value in order', async () => {
    expect(await collect(runAhead(counting(5, [])))).toEqual([1, 2, 3, 4, 5]);
  });

  it('does not wait for a slow reader', async () => {
    const seen: number[] = [];
    const reader = runAhead(counting(5, seen));

    await reader.next();
    await sleep(60);

    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('runs to the end when the reader leaves', async () => {
    const seen: number[] = [];
    const reader = runAhead(counting(5, seen));

    await reader.next();
    await reader.return(undefined);
    await sleep(60);

    expect(seen).toHaveLength(5);
  });

  it('joins what waits for a slow reader', async () => {
    const reader = runAhead(counting(100, []), (waiting, next) => waiting + next);

    const first = await reader.next();
    await sleep(200);
    const second = await reader.next();

    expect(first.value).toBe(1);
    expect(second.value).toBe(5_049);
    expect(await reader.next()).toEqual({ value: undefined, done: true });
  });

  it('keeps apart what cannot be joined', async () => {
    const reader = runAhead(counting(6, []), (waiting, next) =>
      next % 2 === 0 ? waiting + next : undefined,
    );

    const first = await reader.next();
    await sleep(60);

    expect([first.value, ...(await collect(reader))]).toEqual([1, 2, 7, 11]);
  });

  it('throws what the work threw, after the values before it', async () => {
    const reader = runAhead<number>(async (tell) => {
      tell(1);
      await sleep(1);
      throw new Error('broken');
    });

    expect(await reader.next()).toEqual({ value: 1, done: false });
    await expect(reader.next()).rejects.toThrow('broken');
  });
});
