import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { connectRedis } from '#common/redis';
import type { QueueConfig } from '#config';
import { type Signal, SignalBus } from '../../ports/signal-bus.port.js';

/** A signal that Redis did not take by then is of no use to anybody. */
const PATIENCE_MS = 2_000;

/** Carries signals by Redis' own publishing. Connects when it is first used: once to send, once more to listen. */
export class RedisSignalBus extends SignalBus implements OnApplicationShutdown {
  readonly #logger = new Logger(RedisSignalBus.name);
  readonly #url: string;
  readonly #prefix: string;
  #sender?: Redis;
  #receiver?: Redis;

  constructor({ prefix }: QueueConfig, url: string) {
    super();
    this.#url = url;
    this.#prefix = `${prefix}:signal:`;
  }

  send({ name, id }: Signal): void {
    this.#sender ??= this.#connect({ maxRetriesPerRequest: 1, commandTimeout: PATIENCE_MS });
    this.#sender.publish(this.#prefix + name, id).catch((error: unknown) => {
      this.#logger.debug({ err: error, signal: name }, 'A signal could not be sent');
    });
  }

  on(name: Signal['name'], listener: (id: Signal['id']) => void): void {
    // It subscribes again by itself whenever Redis has been away.
    this.#receiver ??= this.#connect({ maxRetriesPerRequest: null });
    const channel = this.#prefix + name;
    this.#receiver.on('message', (heard: string, id: string) => {
      if (heard === channel) listener(id);
    });
    this.#receiver.subscribe(channel).catch((error: unknown) => {
      this.#logger.debug({ err: error, signal: name }, 'Signals are not listened to');
    });
  }

  onApplicationShutdown(): void {
    this.#sender?.disconnect();
    this.#receiver?.disconnect();
  }

  #connect(options: { maxRetriesPerRequest: number | null; commandTimeout?: number }): Redis {
    return connectRedis(this.#url, options, {
      away: (error) => {
        this.#logger.warn({ err: error }, 'Redis does not answer; signals wait for the next look');
      },
    });
  }
}
