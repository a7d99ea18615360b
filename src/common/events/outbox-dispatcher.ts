import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { OutboxBell } from './outbox-bell.js';
import type { OutboxEvent } from './outbox-event.js';
import { OutboxTiming } from './outbox-timing.js';
import { OutboxRepository } from './outbox.repository.js';
import { EVENT_RELAYS, type EventRelay } from './ports/event-relay.port.js';

const BATCH = 20;

/**
 * Empties the outbox: the oldest event first, one at a time. An event that fails is brought again later and does not
 * hold up those behind it.
 */
@Injectable()
export class OutboxDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(OutboxDispatcher.name);
  // Subscribers must not inherit the request or the transaction of whoever published.
  readonly #outside = AsyncLocalStorage.snapshot();
  #timers: NodeJS.Timeout[] = [];
  #current?: Promise<void>;
  #isRungAgain = false;
  #isStopped = false;
  #isFailing = false;

  constructor(
    private readonly repository: OutboxRepository,
    @Inject(EVENT_RELAYS) private readonly relays: readonly EventRelay[],
    private readonly timing: OutboxTiming,
    bell: OutboxBell,
  ) {
    bell.onRing(() => {
      this.#outside(() => {
        this.#wake();
      });
    });
  }

  onApplicationBootstrap(): void {
    const poll = setInterval(() => {
      this.#wake();
    }, this.timing.pollMs);
    const purge = setInterval(() => void this.#attempt(() => this.purge()), this.timing.purgeMs);
    this.#timers = [poll, purge];
    this.#wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    this.#timers.forEach((timer) => {
      clearInterval(timer);
    });
    await this.#current;
  }

  /** Brings out all that is due. */
  async dispatch(): Promise<void> {
    let events: OutboxEvent[];
    do {
      events = await this.repository.take(BATCH, this.timing.leaseMs);
      for (const event of events) await this.#deliver(event);
    } while (events.length === BATCH && !this.#isStopped);
  }

  /** Removes what went out long enough ago. */
  purge(): Promise<void> {
    return this.repository.purge(this.timing.keepMs);
  }

  #wake(): void {
    this.#isRungAgain = true;
    if (!this.#isStopped) this.#current ??= this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#isRungAgain && !this.#isStopped) {
      this.#isRungAgain = false;
      await this.#attempt(() => this.dispatch());
    }
    this.#current = undefined;
  }

  async #deliver(event: OutboxEvent): Promise<void> {
    if (this.#isStopped) return this.repository.postpone(event, 0, 'the process stopped');
    try {
      for (const relay of this.relays) await relay.relay(event);
    } catch (error) {
      return this.#postpone(event, error);
    }
    await this.repository.markDispatched(event);
  }

  async #postpone(event: OutboxEvent, error: unknown): Promise<void> {
    const { id, type, attempt } = event;
    this.#logger.error({ err: error, eventId: id, type, attempt }, 'An event could not be delivered');
    const delayMs = Math.min(this.timing.maxBackoffMs, this.timing.backoffMs * 2 ** (attempt - 1));
    await this.repository.postpone(event, delayMs, error instanceof Error ? error.name : 'unknown');
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#logger.error({ err: error }, 'Cannot read the outbox; going on trying');
      this.#isFailing = true;
    }
  }
}
