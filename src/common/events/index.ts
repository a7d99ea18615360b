/**
 * Owns the outbox: what modules announce, and how it reaches those who subscribe.
 * Does not own any single event: modules declare theirs in `*.events.ts`.
 * Announces what was published to it, at least once.
 */
export { defineEvent, type EventDeclaration } from './event-declaration.js';
export { EventOutbox } from './event-outbox.js';
export { EventsModule } from './events.module.js';
export { EventsWorkerModule } from './events-worker.module.js';
export { EVENT_RELAYS, EventRelay } from './ports/event-relay.port.js';
export { OutboxDispatcher } from './outbox-dispatcher.js';
export type { OutboxEvent } from './outbox-event.js';
export { type Subscriber, Subscribes } from './subscribes.decorator.js';
