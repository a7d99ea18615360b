import { Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';

// Commands wait for Redis to return instead of failing; Bull demands it of its blocking connections.
const OPTIONS: RedisOptions = {
  maxRetriesPerRequest: null,
  enableReadyCheck: false,
  retryStrategy: (times) => Math.min(times * 200, 2_000),
};

/** The connections of one process to Redis: the queues share two, and each that is processed waits on one of its own. */
export class BullConnections {
  readonly #logger = new Logger('JobCarrier');
  readonly #opened: Redis[] = [];
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
    return (this.#client ??= this.#reportOutages(this.#connect()));
  }

  /** Ends all connections; commands that wait for Redis fail. */
  close(): void {
    this.#opened.forEach((connection) => {
      connection.disconnect();
    });
  }

  #connect(): Redis {
    const connection = new Redis(this.url, OPTIONS);
    connection.setMaxListeners(0);
    // Every connection fails alike; `#reportOutages` says so once.
    connection.on('error', () => undefined);
    this.#opened.push(connection);
    return connection;
  }

  #reportOutages(connection: Redis): Redis {
    let isAway = false;
    connection.on('error', (error) => {
      if (!isAway) this.#logger.warn({ err: error }, 'Redis does not answer; jobs wait in the database');
      isAway = true;
    });
    connection.on('ready', () => {
      if (isAway) this.#logger.log('Redis answers again');
      isAway = false;
    });
    return connection;
  }
}
