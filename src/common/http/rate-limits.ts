import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { QueueConfig, SecurityConfig } from '#config';
import { TooManyRequests } from './http.errors.js';

type Bucket = 'api' | 'auth';

const WINDOW_SECONDS = 60;

/** Counts calls a minute: in memory, or in Redis when there is one, so that all processes count together. */
@Injectable()
export class RateLimits implements OnModuleDestroy {
  readonly #logger = new Logger(RateLimits.name);
  readonly #redis?: Redis;
  readonly #limiters: Readonly<Record<Bucket, RateLimiterAbstract>>;

  constructor(queue: QueueConfig, security: SecurityConfig) {
    if (queue.redisUrl) {
      this.#redis = new Redis(queue.redisUrl, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
      this.#redis.on('error', (error) => {
        this.#logger.warn(`Redis does not answer, limits are counted in this process: ${error.message}`);
      });
    }
    this.#limiters = {
      api: this.#limiter(`${queue.prefix}:limit:api`, security.rateLimitPerMinute),
      auth: this.#limiter(`${queue.prefix}:limit:auth`, security.authRateLimitPerMinute),
    };
  }

  /** @throws TooManyRequests when `key` has used up its calls of this minute. */
  async take(bucket: Bucket, key: string): Promise<void> {
    try {
      await this.#limiters[bucket].consume(key);
    } catch (error) {
      if (error instanceof RateLimiterRes) throw new TooManyRequests(Math.ceil(error.msBeforeNext / 1_000));
      throw error;
    }
  }

  onModuleDestroy(): void {
    this.#redis?.disconnect();
  }

  #limiter(keyPrefix: string, points: number): RateLimiterAbstract {
    const memory = new RateLimiterMemory({ keyPrefix, points, duration: WINDOW_SECONDS });
    if (!this.#redis) return memory;
    return new RateLimiterRedis({
      keyPrefix,
      points,
      duration: WINDOW_SECONDS,
      storeClient: this.#redis,
      insuranceLimiter: memory,
    });
  }
}
