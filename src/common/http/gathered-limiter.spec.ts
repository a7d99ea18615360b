import { beforeEach, describe, expect, it } from '@jest/globals';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { GatheredLimiter } from './gathered-limiter.js';

const LIMIT = 100;
const LONG_MS = 600_000;

describe('GatheredLimiter', () => {
  let trips: [string, number][];
  let shared: RateLimiterMemory;

  beforeEach(() => {
    trips = [];
    shared = new RateLimiterMemory({ points: LIMIT, duration: 60 });
    const consume = shared.consume.bind(shared);
    shared.consume = (key: string, points = 1) => {
      trips.push([key, points]);
      return consume(key, points);
    };
  });

  const passing = async (limiter: GatheredLimiter, key: string, calls: number): Promise<number> => {
    let passed = 0;
    for (let i = 0; i < calls; i += 1) {
      await limiter.consume(key).then(
        () => (passed += 1),
        () => undefined,
      );
    }
    return passed;
  };

  it('keeps the limit of one process to the call', async () => {
    const limiter = new GatheredLimiter(shared, LONG_MS);

    await expect(passing(limiter, 'ada', 150)).resolves.toBe(LIMIT);
    await expect(limiter.consume('ada')).rejects.toBeInstanceOf(RateLimiterRes);
    await expect(passing(limiter, 'ben', 10)).resolves.toBe(10);
  });

  it('asks once for many calls that are far from the limit, and tells of them together', async () => {
    const limiter = new GatheredLimiter(shared, LONG_MS);

    await passing(limiter, 'ada', 50);
    expect(trips).toEqual([['ada', 1]]);

    await limiter.tell();
    await limiter.tell();
    expect(trips).toEqual([
      ['ada', 1],
      ['ada', 49],
    ]);
  });

  it('keeps the limit that several processes share when they tell each other', async () => {
    const limiters = [new GatheredLimiter(shared, LONG_MS), new GatheredLimiter(shared, LONG_MS)];
    let passed = 0;
    for (let round = 0; round < 20; round += 1) {
      for (const limiter of limiters) {
        passed += await passing(limiter, 'ada', 5);
        await limiter.tell();
      }
    }

    expect(passed).toBe(LIMIT);
  });

  it('tells by itself, a moment later', async () => {
    const limiter = new GatheredLimiter(shared, 1);
    await passing(limiter, 'ada', 3);

    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(trips.reduce((sum, [, calls]) => sum + calls, 0)).toBe(3);
  });

  it('counts anew when the minute is over', async () => {
    const brief = new RateLimiterMemory({ points: 10, duration: 1 });
    const limiter = new GatheredLimiter(brief, LONG_MS);
    await expect(passing(limiter, 'ada', 20)).resolves.toBe(10);

    await new Promise((resolve) => setTimeout(resolve, 1_100));

    await expect(passing(limiter, 'ada', 20)).resolves.toBe(10);
  });

  it('passes on what the store fails of', async () => {
    shared.consume = () => Promise.reject(new Error('away'));
    const limiter = new GatheredLimiter(shared, LONG_MS);

    await expect(limiter.consume('ada')).rejects.toThrow('away');
  });
});
