import { ApiProperty } from '@nestjs/swagger';
import type { ServerEvent } from '#common/http';
import type { ToolUse } from '../conversations.types.js';
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

export class ToolStartedEvent {
  @ApiProperty({ type: 'string', example: 'call_1', description: 'By which `tool.completed` names it.' })
  readonly callId!: string;

  @ApiProperty({ type: 'string', example: 'search_sources' })
  readonly name!: string;
}

export class CompletedTool extends ToolStartedEvent {
  @ApiProperty({ type: 'integer', minimum: 0, example: 24 })
  readonly durationMs!: number;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'The tool took too long.',
    description: 'Why it failed, in words; null when it did not.',
  })
  readonly error!: string | null;
}

export class ToolCompletedEvent {
  @ApiProperty({ type: () => CompletedTool })
  readonly tool!: CompletedTool;
}

export class MessageCompletedEvent {
  @ApiProperty({ type: () => MessageResponse, description: 'The answer as it was saved.' })
  readonly message!: MessageResponse;
}

export class MessageHandedOverEvent {
  @ApiProperty({ type: () => MessageResponse, description: 'The question as it was saved.' })
  readonly message!: MessageResponse;
}

/** The events of a turn by their names. */
export const TURN_EVENTS = {
  'message.started': MessageStartedEvent,
  'message.delta': MessageDeltaEvent,
  'tool.started': ToolStartedEvent,
  'tool.completed': ToolCompletedEvent,
  'message.completed': MessageCompletedEvent,
};

/** The same, where people may answer in place of the bot. */
export const ASKED_EVENTS = { ...TURN_EVENTS, 'message.handed_over': MessageHandedOverEvent };

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
    case 'tool_started':
      return { event: 'tool.started', data: { callId: event.callId, name: event.name } };
    case 'tool_completed':
      return { event: 'tool.completed', data: { tool: completedTool(event.use) } };
    case 'completed':
      return { event: 'message.completed', data: { message: MessageResponse.from(event.answer) } };
    case 'handed_over':
      return { event: 'message.handed_over', data: { message: MessageResponse.from(event.question) } };
    case 'failed':
      return { event: 'error', data: event.error };
  }
}

function completedTool({ callId, name, durationMs, error }: ToolUse): CompletedTool {
  return { callId, name, durationMs, error };
}
