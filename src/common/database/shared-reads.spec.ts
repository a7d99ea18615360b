import { AsyncLocalStorage } from 'node:async_hooks';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SharedReads } from './shared-reads.js';

describe('SharedReads', () => {
  /** The keys of each read, and what ends it. */
  let reads: { keys: readonly string[]; end: (error?: Error) => void }[] = [];
  let rows = new Map<string, string>();
  let shared: SharedReads<string>;

  beforeEach(() => {
    reads = [];
    rows = new Map([
      ['a', 'row of a'],
      ['b', 'row of b'],
    ]);
    shared = new SharedReads((keys) => {
      const snapshot = new Map(rows);
      const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, string>>();
      const end = (error?: Error): void => {
        if (error) reject(error);
        else resolve(snapshot);
      };
      reads.push({ keys, end });
      return promise;
    });
  });

  const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const end = async (index: number, error?: Error): Promise<void> => {
    await turnOfTheLoop();
    reads[index]?.end(error);
    await turnOfTheLoop();
  };

  it('reads at once for the first, and once for all who ask meanwhile', async () => {
    const first = shared.find('a');
    await turnOfTheLoop();
    const others = [shared.find('b'), shared.find('a'), shared.find('nobody')];
    await turnOfTheLoop();
    expect(reads.map(({ keys }) => keys)).toEqual([['a']]);
    await end(0);
    await expect(first).resolves.toBe('row of a');
    await end(1);
    await expect(Promise.all(others)).resolves.toEqual(['row of b', 'row of a', null]);
    expect(reads.map(({ keys }) => keys)).toEqual([['a'], ['b', 'a', 'nobody']]);
  });

  it('gives nobody a row that was read before they asked', async () => {
    const before = shared.find('a');
    await turnOfTheLoop();
    rows.delete('a');
    const after = shared.find('a');
    await end(0);
    await end(1);
    await expect(before).resolves.toBe('row of a');
    await expect(after).resolves.toBeNull();
  });

  it('remembers nothing', async () => {
    const first = shared.find('a');
    await end(0);
    await first;
    rows.set('a', 'a changed row');
    const second = shared.find('a');
    await end(1);
    await expect(second).resolves.toBe('a changed row');
  });

  it('fails for those who share a read that failed, and for nobody else', async () => {
    const failing = expect(shared.find('a')).rejects.toThrow('the database is away');
    await turnOfTheLoop();
    const next = shared.find('b');
    await end(0, new Error('the database is away'));
    await failing;
    await end(1);
    await expect(next).resolves.toBe('row of b');
  });

  it('does not wait for a read that is stuck', async () => {
    void shared.find('a');
    await turnOfTheLoop();
    const next = shared.find('b');
    while (reads.length < 2) await turnOfTheLoop();
    await end(1);
    await expect(next).resolves.toBe('row of b');
  });

  it('reads in the context of nobody who asks', async () => {
    const request = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const reader = new SharedReads<string>((keys) => {
      seen.push(request.getStore());
      return Promise.resolve(new Map(keys.map((key) => [key, key])));
    });
    await request.run('a request', () => reader.find('a'));
    expect(seen).toEqual([undefined]);
  });
});
