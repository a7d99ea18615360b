import { ApiProperty } from '@nestjs/swagger';
import type { ServerEvent } from '#common/http';
import type { MessageView, TurnEvent } from '#modules/conversations';
import { secondsIn } from '../ids.js';
import {
  finishReasonOf,
  CompletionCitation,
  completionIdOf,
  CompletionUsage,
  extensionsOf,
  FINISH_REASONS,
  HandedOverField,
} from './chat-completion.response.js';

export class CompletionDelta {
  @ApiProperty({ type: 'string', enum: ['assistant'], required: false })
  readonly role?: 'assistant';

  @ApiProperty({ type: 'string', required: false, example: 'The warranty lasts' })
  readonly content?: string;
}

export class CompletionChunkChoice {
  @ApiProperty({ type: 'integer', enum: [0] })
  readonly index!: 0;

  @ApiProperty({ type: () => CompletionDelta })
  readonly delta!: CompletionDelta;

  @ApiProperty({
    ...{ type: 'string', nullable: true, enum: [...FINISH_REASONS, null] },
    description: 'Null until the answer ends.',
  })
  readonly finish_reason!: (typeof FINISH_REASONS)[number] | null;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    example: {},
    description: 'Always null.',
  })
  readonly logprobs!: null;
}

export class ChatCompletionChunk {
  @ApiProperty({ type: 'string', example: 'chatcmpl-01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a' })
  readonly id!: string;

  @ApiProperty({ type: 'string', enum: ['chat.completion.chunk'] })
  readonly object!: 'chat.completion.chunk';

  @ApiProperty({ type: 'integer', example: 1_767_225_600 })
  readonly created!: number;

  @ApiProperty({ type: 'string', format: 'uuid', description: 'The bot.' })
  readonly model!: string;

  @ApiProperty({
    type: () => CompletionChunkChoice,
    isArray: true,
    description: 'None in the chunk that tells the usage.',
  })
  readonly choices!: CompletionChunkChoice[];

  @ApiProperty({
    ...{ type: () => CompletionUsage, nullable: true, required: false },
    description: 'In the last chunk, and null in those before it, where it was asked for.',
  })
  readonly usage?: CompletionUsage | null;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    required: false,
    description: 'In the chunk that ends the answer.',
  })
  readonly conversation_id?: string;

  @ApiProperty({
    type: () => CompletionCitation,
    isArray: true,
    required: false,
    description: 'In the chunk that ends the answer.',
  })
  readonly citations?: CompletionCitation[];

  @HandedOverField()
  readonly handed_over?: boolean;
}

/** What all chunks of an answer have in common. */
type Head = Pick<ChatCompletionChunk, 'id' | 'object' | 'created' | 'model' | 'usage'>;

const DONE: ServerEvent = { data: '[DONE]' };

/** The events of a turn as OpenAI's protocol streams them. */
export async function* toChunks(
  events: AsyncIterable<TurnEvent>,
  includesUsage: boolean,
): AsyncGenerator<ServerEvent> {
  let head: Head | undefined;
  for await (const event of events) {
    if (event.type === 'started') head = headOf(event, includesUsage);
    if (event.type === 'handed_over')
      head = headOf({ botId: event.botId, messageId: event.question.message.id }, includesUsage);
    if (head) yield* framesOf(event, head);
  }
}

function headOf(
  { messageId, botId }: { readonly messageId: string; readonly botId: string },
  includesUsage: boolean,
): Head {
  return {
    ...{
      id: completionIdOf(messageId),
      object: 'chat.completion.chunk',
      created: secondsIn(messageId),
      model: botId,
    },
    ...(includesUsage ? { usage: null } : {}),
  };
}

function* framesOf(event: TurnEvent, head: Head): Generator<ServerEvent> {
  switch (event.type) {
    case 'tool_started':
    case 'tool_completed':
      break;
    case 'started':
      yield chunkOf(head, { role: 'assistant', content: '' });
      break;
    case 'delta':
      yield chunkOf(head, { content: event.text });
      break;
    case 'completed':
      yield* endOf(event.answer, head);
      break;
    case 'handed_over':
      yield chunkOf(head, { role: 'assistant', content: '' });
      yield* endOf(event.question, head);
      break;
    case 'failed':
      yield { event: 'error', data: event.error };
      break;
    default:
    // The protocol has no word for tools that a bot uses by itself.
  }
}

function* endOf(said: MessageView, head: Head): Generator<ServerEvent> {
  yield chunkOf(head, {}, { reason: finishReasonOf(said), ...extensionsOf(said) });
  if (head.usage === null) yield usageChunkOf(head, said);
  yield DONE;
}

function usageChunkOf(head: Head, answer: MessageView): ServerEvent {
  return {
    data: { ...head, choices: [], usage: CompletionUsage.from(answer) } satisfies ChatCompletionChunk,
  };
}

interface Ending extends ReturnType<typeof extensionsOf> {
  readonly reason: (typeof FINISH_REASONS)[number];
}

function chunkOf(
  head: Head,
  delta: CompletionDelta,
  { reason, ...extensions }: Partial<Ending> = {},
): ServerEvent {
  const choice: CompletionChunkChoice = { index: 0, delta, finish_reason: reason ?? null, logprobs: null };
  return { data: { ...head, choices: [choice], ...extensions } satisfies ChatCompletionChunk };
}
