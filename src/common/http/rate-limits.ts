import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { connectRedis } from '#common/redis';
import { QueueConfig, SecurityConfig } from '#config';
import { GatheredLimiter } from './gathered-limiter.js';
import { TooManyRequests } from './http.errors.js';

type Bucket = 'api' | 'auth' | 'form';

const WINDOW_SECONDS = 60;
/** Entries that one address can leave in public forms; several people may sit behind it. */
const FORM_ENTRIES_PER_MINUTE = 30;
/** A request waits no longer for a Redis that is silent, and is counted here instead. */
const PATIENCE_MS = 500;

/** Counts calls a minute: in memory, or in Redis when there is one, so that all processes count together. */
@Injectable()
export class RateLimits implements OnModuleDestroy {
  readonly #logger = new Logger(RateLimits.name);
  readonly #redis?: Redis;
  readonly #limiters: Readonly<Record<Bucket, RateLimiterAbstract | GatheredLimiter>>;

  constructor(queue: QueueConfig, security: SecurityConfig) {
    if (queue.redisUrl) {
      this.#redis = this.#connect(queue.redisUrl);
    }
    this.#limiters = {
      api: this.#gathered(this.#limiter(`${queue.prefix}:limit:api`, security.rateLimitPerMinute)),
      auth: this.#limiter(`${queue.prefix}:limit:auth`, security.authRateLimitPerMinute),
      form: this.#limiter(`${queue.prefix}:limit:form`, FORM_ENTRIES_PER_MINUTE),
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

  #connect(url: string): Redis {
    const options = { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: PATIENCE_MS };
    return connectRedis(url, options, {
      away: (error) => {
        this.#logger.warn({ err: error }, 'Redis does not answer; limits are counted in each process');
      },
    });
  }

  /** Most calls are counted here; a trip to Redis for each would cost more than many of them. */
  #gathered(limiter: RateLimiterAbstract): RateLimiterAbstract | GatheredLimiter {
    return this.#redis ? new GatheredLimiter(limiter) : limiter;
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
