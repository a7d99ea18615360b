import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Lookout } from './lookout.js';

const SOON_MS = 5;
const NEVER_MS = 60_000;

describe('Lookout', () => {
  let looks = 0;
  let failures: unknown[] = [];
  let lookout: Lookout;

  const keep = (everyMs: number, look: () => Promise<void> = () => Promise.resolve()): Lookout => {
    looks = 0;
    failures = [];
    lookout = new Lookout({
      everyMs,
      look: () => {
        looks += 1;
        return look();
      },
      onFailure: (error) => failures.push(error),
    });
    return lookout;
  };

  afterEach(() => {
    lookout.close();
  });

  it('does not look before it is opened, nor after it was closed', async () => {
    keep(SOON_MS).hurry();
    await sleep(20);
    expect(looks).toBe(0);

    lookout.open();
    await sleep(50);
    lookout.close();
    const before = looks;
    await sleep(30);

    expect(before).toBeGreaterThan(1);
    expect(looks).toBe(before);
  });

  it('looks once for all who open it', async () => {
    keep(40);
    for (let openers = 0; openers < 100; openers += 1) lookout.open();
    await sleep(60);

    expect(looks).toBe(1);
  });

  it('looks at once when hurried, and once more when hurried during a look', async () => {
    const firstLook = Promise.withResolvers<void>();
    keep(NEVER_MS, () => (looks === 1 ? firstLook.promise : Promise.resolve())).open();

    lookout.hurry();
    await sleep(20);
    expect(looks).toBe(1);

    lookout.hurry();
    lookout.hurry();
    firstLook.resolve();
    await sleep(20);

    expect(looks).toBe(2);
  });

  it('goes on after failures, and tells of the first in a row only', async () => {
    keep(SOON_MS, () => (looks < 4 ? Promise.reject(new Error('away')) : Promise.resolve())).open();
    await sleep(80);

    expect(looks).toBeGreaterThan(4);
    expect(failures).toEqual([new Error('away')]);
  });

  it('looks in nobody’s context, whoever opened it', async () => {
    const request = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    keep(SOON_MS, () => {
      seen.push(request.getStore());
      return Promise.resolve();
    });

    request.run('of the first reader', () => {
      lookout.open();
      lookout.hurry();
    });
    await sleep(30);

    expect(new Set(seen)).toEqual(new Set([undefined]));
  });
});
