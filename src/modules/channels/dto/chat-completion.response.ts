import { ApiProperty } from '@nestjs/swagger';
import { PassagePlace, placeOf } from '#common/text';
import type { MessageView } from '#modules/conversations';
import type { BotAnswer } from '../channels.types.js';
import { secondsIn } from '../ids.js';

export class CompletionCitation extends PassagePlace {
  @ApiProperty({ type: 'integer', minimum: 1, example: 1, description: 'The number in the text: `[1]`.' })
  readonly index!: number;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly documentId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly datasourceId!: string;

  @ApiProperty({ type: 'string', example: 'Help for customers' })
  readonly title!: string;

  @ApiProperty({
    type: 'string',
    example: 'The lamp comes with a warranty of 24 months.',
    description: 'Verbatim from the source.',
  })
  readonly quote!: string;
}

export class CompletionUsage {
  @ApiProperty({ type: 'integer', minimum: 0, example: 812 })
  readonly prompt_tokens!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 64 })
  readonly completion_tokens!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 876 })
  readonly total_tokens!: number;

  /** The protocol has no word for "not counted", so that is 0. */
  static from({ message }: MessageView): CompletionUsage {
    const [prompt_tokens, completion_tokens] = [message.inputTokens ?? 0, message.outputTokens ?? 0];
    return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
  }
}

export class CompletionMessage {
  @ApiProperty({ type: 'string', enum: ['assistant'] })
  readonly role!: 'assistant';

  @ApiProperty({ type: 'string', example: 'The warranty lasts 24 months. [1]' })
  readonly content!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'I cannot help with that.',
    description: 'Always null.',
  })
  readonly refusal!: null;
}

/** The protocol's words for why an answer ended. */
export const FINISH_REASONS = ['stop', 'length', 'content_filter'] as const;

/** Why an answer ended; one that was stopped is taken as ended. */
export function finishReasonOf({ message: { finishReason } }: MessageView): (typeof FINISH_REASONS)[number] {
  return FINISH_REASONS.find((reason) => reason === finishReason) ?? 'stop';
}

export class CompletionChoice {
  @ApiProperty({ type: 'integer', enum: [0] })
  readonly index!: 0;

  @ApiProperty({ type: () => CompletionMessage })
  readonly message!: CompletionMessage;

  @ApiProperty({ type: 'string', enum: [...FINISH_REASONS], enumName: 'FinishReason' })
  readonly finish_reason!: (typeof FINISH_REASONS)[number];

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    example: {},
    description: 'Always null.',
  })
  readonly logprobs!: null;
}

/** The protocol has no word for people who answer later. */
export function HandedOverField(): PropertyDecorator {
  return ApiProperty({
    ...{ type: 'boolean', enum: [true], required: false },
    description:
      'People answer in this conversation in place of the bot: the text is empty, and theirs comes later.',
  });
}

export class ChatCompletionResponse {
  @ApiProperty({
    type: 'string',
    example: 'chatcmpl-01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a',
    description: '`chatcmpl-` and the id of the answer, by which it can be rated.',
  })
  readonly id!: string;

  @ApiProperty({ type: 'string', enum: ['chat.completion'] })
  readonly object!: 'chat.completion';

  @ApiProperty({ type: 'integer', example: 1_767_225_600 })
  readonly created!: number;

  @ApiProperty({ type: 'string', format: 'uuid', description: 'The bot.' })
  readonly model!: string;

  @ApiProperty({ type: () => CompletionChoice, isArray: true })
  readonly choices!: CompletionChoice[];

  @ApiProperty({ type: () => CompletionUsage, description: '0 where the provider does not tell.' })
  readonly usage!: CompletionUsage;

  @ApiProperty({ type: 'string', format: 'uuid', description: 'Continues it as `metadata.conversation_id`.' })
  readonly conversation_id!: string;

  @ApiProperty({ type: () => CompletionCitation, isArray: true })
  readonly citations!: CompletionCitation[];

  @HandedOverField()
  readonly handed_over?: boolean;

  static from({ botId, question, answer }: BotAnswer): ChatCompletionResponse {
    const said = answer ?? question;
    const { id } = said.message;
    const content = answer?.message.content ?? '';
    const message = { role: 'assistant', content, refusal: null } as const;
    return {
      ...{ id: completionIdOf(id), object: 'chat.completion', created: secondsIn(id), model: botId },
      choices: [{ index: 0, message, finish_reason: finishReasonOf(said), logprobs: null }],
      usage: CompletionUsage.from(said),
      ...extensionsOf(said),
    };
  }
}

/** The name of an answer in the protocol. */
export function completionIdOf(messageId: string): string {
  return `chatcmpl-${messageId}`;
}

/** What we tell beyond the protocol. */
export function extensionsOf({
  message,
  citations,
}: MessageView): Pick<ChatCompletionResponse, 'conversation_id' | 'citations' | 'handed_over'> {
  return {
    conversation_id: message.conversationId,
    ...(message.role === 'user' ? { handed_over: true } : {}),
    citations: citations.map(({ index, documentId, datasourceId, title, quote, ...more }) => ({
      ...{ index, documentId, datasourceId, title, quote },
      ...placeOf(more),
    })),
  };
}
