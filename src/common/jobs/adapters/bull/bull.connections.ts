import { Logger } from '@nestjs/common';
import type { Redis, RedisOptions } from 'ioredis';
import { connectRedis, type OutageReport } from '#common/redis';

// Commands wait for Redis to return instead of failing; Bull demands it of its blocking connections.
const OPTIONS: RedisOptions = {
  maxRetriesPerRequest: null,
  enableReadyCheck: false,
};

/** The connections of one process to Redis: the queues share two, and each that is processed waits on one of its own. */
export class BullConnections {
  readonly #logger = new Logger('JobCarrier');
  readonly #opened: Redis[] = [];
  /** Every connection fails alike; one of them says so. */
  readonly #report: OutageReport = {
    away: (error) => {
      this.#logger.warn({ err: error }, 'Redis does not answer; jobs wait in the database');
    },
    back: () => {
      this.#logger.log('Redis answers again');
    },
  };
  #client?: Redis;
  #subscriber?: Redis;

  constructor(private readonly url: string) {}

  /** Bull's `createClient`. */
  readonly open = (type: 'client' | 'subscriber' | 'bclient'): Redis => {
    if (type === 'client') return this.client;
    if (type === 'subscriber') return (this.#subscriber ??= this.#connect());
    return this.#connect();
  };

  get client(): Redis {
    return (this.#client ??= this.#connect(this.#report));
  }

  /** Ends all connections; commands that wait for Redis fail. */
  close(): void {
    this.#opened.forEach((connection) => {
      connection.disconnect();
    });
  }

  #connect(report?: OutageReport): Redis {
    const connection = connectRedis(this.url, OPTIONS, report);
    connection.setMaxListeners(0);
    this.#opened.push(connection);
    return connection;
  }
}
