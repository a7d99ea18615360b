import type { ServerEvent } from '#common/http';
import type { TurnEvent } from '../messages.types.js';
import { MessageResponse } from './message.response.js';

/** The events of a turn as the stream shows them. */
export async function* toServerEvents(events: AsyncIterable<TurnEvent>): AsyncGenerator<ServerEvent> {
  for await (const event of events) yield toServerEvent(event);
}

function toServerEvent(event: TurnEvent): ServerEvent {
  switch (event.type) {
    case 'started':
      return {
        event: 'message.started',
        data: { messageId: event.messageId, userMessageId: event.userMessageId },
      };
    case 'delta':
      return { event: 'message.delta', data: { text: event.text } };
    case 'completed':
      return { event: 'message.completed', data: { message: MessageResponse.from(event.answer) } };
    case 'failed':
      return { event: 'error', data: event.error };
  }
}
