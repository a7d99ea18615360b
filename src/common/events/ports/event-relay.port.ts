import type { OutboxEvent } from '../outbox-event.js';

/** Brings events somewhere: to subscribers in the process, to webhooks, to Kafka. */
export abstract class EventRelay {
  /**
   * Resolves once the event has safely arrived. A throw brings it back later, to every relay: what one has taken before
   * it may get again.
   */
  abstract relay(event: OutboxEvent): Promise<void>;
}

/** Injection token of all relays of a process. */
export const EVENT_RELAYS = Symbol('EVENT_RELAYS');
