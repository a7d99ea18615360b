import { SetMetadata } from '@nestjs/common';
import type { EventDeclaration } from './event-declaration.js';
import type { OutboxEvent } from './outbox-event.js';

export const SUBSCRIBES = 'events:subscribes';

/** What a subscribed method looks like. */
export type Subscriber<Payload extends object> = (
  payload: Payload,
  event: OutboxEvent<Payload>,
) => Promise<void>;

/**
 * Calls a provider's method for each event of a kind, bound to the event's workspace. At least once: a failure of any
 * subscriber brings the event back to all of them, so that it has to be safe to repeat.
 */
export function Subscribes<Payload extends object>(
  declaration: EventDeclaration<Payload>,
): (
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Subscriber<Payload>>,
) => void {
  return SetMetadata(SUBSCRIBES, declaration);
}
