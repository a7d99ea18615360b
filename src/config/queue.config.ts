import { IsOptional, Matches } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** What carries background work and shared rate limits. */
export class QueueConfig {
  /** A Redis connection string; without it jobs run inside the process. */
  @Setting('REDIS_URL', 'text', { secret: true })
  @IsOptional()
  @Matches(/^rediss?:\/\/\S+$/, { message: 'must look like redis://host:6379' })
  redisUrl?: string;

  /** Prefix of every key in Redis, so that installations can share a server. */
  @Setting('REDIS_PREFIX')
  @Matches(/^[a-z0-9_-]{1,40}$/i, { message: 'must be 1 to 40 letters, digits, - or _' })
  prefix = 'colloquy';
}
