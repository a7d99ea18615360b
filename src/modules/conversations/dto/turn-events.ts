import { ApiProperty } from '@nestjs/swagger';
import type { ServerEvent } from '#common/http';
import type { TurnEvent } from '../messages.types.js';
import { MessageResponse } from './message.response.js';

export class MessageStartedEvent {
  @ApiProperty({ type: 'string', format: 'uuid', description: 'The answer.' })
  readonly messageId!: string;

  @ApiProperty({ type: 'string', format: 'uuid', description: 'The question, which is saved by now.' })
  readonly userMessageId!: string;
}

export class MessageDeltaEvent {
  @ApiProperty({
    type: 'string',
    example: 'The warranty lasts',
    description: 'What comes next of the answer.',
  })
  readonly text!: string;
}

export class MessageCompletedEvent {
  @ApiProperty({ type: () => MessageResponse, description: 'The answer as it was saved.' })
  readonly message!: MessageResponse;
}

/** The events of a turn by their names. */
export const TURN_EVENTS = {
  'message.started': MessageStartedEvent,
  'message.delta': MessageDeltaEvent,
  'message.completed': MessageCompletedEvent,
};

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
