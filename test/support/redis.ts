import { randomBytes } from 'node:crypto';
import { describe } from '@jest/globals';
import { Redis } from 'ioredis';
import { skipLoudly } from './skip-loudly.js';

/** A part of a Redis server that nobody else uses. */
export interface TestRedis {
  readonly url: string;
  /** Every key of the suite starts with it. */
  readonly prefix: string;
  /** Forgets all that the suite stored, as a flushed server would. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 500 }) as AsyncIterable<string[]>) {
    if (keys.length > 0) await redis.unlink(...keys);
  }
}

/** Takes a prefix of its own on the server that `url` names. */
export function openTestRedis(url: string): TestRedis {
  const redis = new Redis(url, { maxRetriesPerRequest: 2 });
  const prefix = `colloquy_test_${randomBytes(6).toString('hex')}`;
  return {
    url,
    prefix,
    flush: () => removeKeys(redis, prefix),
    close: async () => {
      await removeKeys(redis, prefix);
      await redis.quit();
    },
  };
}

/** Runs a suite on Redis where `TEST_REDIS_URL` names a server; else says that it does not. */
export function describeOnRedis(name: string, suite: (open: () => TestRedis) => void): void {
  const url = process.env['TEST_REDIS_URL'];
  if (!url) {
    skipLoudly(name, 'TEST_REDIS_URL');
    return;
  }
  describe(name, () => {
    suite(() => openTestRedis(url));
  });
}
