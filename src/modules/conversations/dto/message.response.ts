import { ApiProperty } from '@nestjs/swagger';
import { documentedCodes } from '#common/errors';
import { PassagePlace, placeOf } from '#common/text';
import { pageOf } from '#common/validation';
import { ATTEMPT_FAILURES, TURN_FAILURES } from '../conversations.errors.js';
import { AUTHORS, FEEDBACK_REASONS, RATINGS, type ToolUse } from '../conversations.types.js';
import type { Message } from '../entities/message.entity.js';
import type { MessageCitation } from '../entities/message-citation.entity.js';
import type { MessageFeedback } from '../entities/message-feedback.entity.js';
import type { MessageView } from '../messages.types.js';

export class CitationResponse extends PassagePlace {
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

  static from(citation: MessageCitation): CitationResponse {
    const { index, documentId, datasourceId, title, quote } = citation;
    return { ...{ index, documentId, datasourceId, title, quote }, ...placeOf(citation) };
  }
}

export class AnsweringModelResponse {
  @ApiProperty({ type: 'string', example: 'local' })
  readonly provider!: string;

  @ApiProperty({ type: 'string', example: 'extractive' })
  readonly name!: string;
}

export class MessageUsageResponse {
  @ApiProperty({ type: 'integer', minimum: 0, example: 812 })
  readonly inputTokens!: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 0,
    example: 640,
    description:
      "Part of `inputTokens` that came from the provider's cache; left out when the provider does not tell.",
  })
  readonly cachedInputTokens?: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 64 })
  readonly outputTokens!: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 0,
    example: 20,
    description:
      'Part of `outputTokens` that the model said to itself; left out when the provider does not tell.',
  })
  readonly reasoningTokens?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 1,
    example: 4,
    description: "How many earlier messages did not fit into the model's window; left out when all did.",
  })
  readonly historyTruncated?: number;

  @ApiProperty({
    type: 'number',
    required: false,
    minimum: 0,
    example: 0.0021,
    description: 'Left out when the price is not known.',
  })
  readonly costUsd?: number;
}

export class FeedbackResponse {
  @ApiProperty({ type: 'string', enum: [...RATINGS], enumName: 'Rating' })
  readonly rating!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'Exactly what I needed.' })
  readonly comment!: string | null;

  @ApiProperty({ type: 'string', enum: [...FEEDBACK_REASONS, null], nullable: true, example: 'helpful' })
  readonly reason!: string | null;

  static from({ rating, comment, reason }: MessageFeedback): FeedbackResponse {
    return { rating, comment, reason };
  }
}

export class AnswerErrorResponse {
  @ApiProperty({
    type: 'string',
    example: 'provider_timeout',
    description: documentedCodes(...TURN_FAILURES, 'internal'),
  })
  readonly code!: string;

  @ApiProperty({ type: 'string', example: 'The model took too long to answer.' })
  readonly message!: string;
}

export class FailedAttemptResponse extends AnsweringModelResponse {
  @ApiProperty({
    type: 'string',
    example: 'provider_overloaded',
    description: documentedCodes(...ATTEMPT_FAILURES),
  })
  readonly code!: string;
}

export class ToolUseResponse {
  @ApiProperty({ type: 'string', example: 'search_sources' })
  readonly name!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { query: 'warranty of lamps' } })
  readonly arguments!: Readonly<Record<string, unknown>>;

  @ApiProperty({ type: 'integer', minimum: 0, example: 24 })
  readonly durationMs!: number;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'The tool took too long.',
    description: 'Why it failed, in words; null when it did not.',
  })
  readonly error!: string | null;

  static from({ name, arguments: args, durationMs, error }: ToolUse): ToolUseResponse {
    return { name, arguments: args, durationMs, error };
  }
}

export class MessageResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly conversationId!: string;

  @ApiProperty({
    type: 'string',
    enum: ['user', 'assistant', 'tool'],
    enumName: 'MessageRole',
    example: 'assistant',
  })
  readonly role!: string;

  @ApiProperty({
    type: 'string',
    enum: [...AUTHORS],
    enumName: 'MessageAuthor',
    example: 'bot',
    description: 'Who said it: whoever talks with the bot, the bot, or a member of the team in its place.',
  })
  readonly author!: string;

  @ApiProperty({ type: 'string', example: 'The warranty lasts 24 months. [1]' })
  readonly content!: string;

  @ApiProperty({ type: 'string', enum: ['complete', 'aborted', 'error'], enumName: 'MessageStatus' })
  readonly status!: string;

  @ApiProperty({ type: () => CitationResponse, isArray: true })
  readonly citations!: CitationResponse[];

  @ApiProperty({
    type: () => AnsweringModelResponse,
    required: false,
    description: 'The model that answered.',
  })
  readonly model?: AnsweringModelResponse;

  @ApiProperty({ type: () => MessageUsageResponse, required: false })
  readonly usage?: MessageUsageResponse;

  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 0,
    example: 1_240,
    description: 'From the question to the last word.',
  })
  readonly latencyMs?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 0,
    example: 310,
    description: 'From the question to the first word.',
  })
  readonly firstTokenMs?: number;

  @ApiProperty({
    type: 'string',
    enum: ['stop', 'length', 'tool_calls', 'content_filter'],
    enumName: 'FinishReason',
    required: false,
    example: 'stop',
    description: 'Why the model ended; left out when it did not come to an end. `length`: the answer is cut.',
  })
  readonly finishReason?: string;

  @ApiProperty({ type: 'boolean', required: false, description: 'Whether the sources held an answer.' })
  readonly answered?: boolean;

  @ApiProperty({
    type: () => FailedAttemptResponse,
    isArray: true,
    required: false,
    description: 'Models that were asked in vain before.',
  })
  readonly attempts?: readonly FailedAttemptResponse[];

  @ApiProperty({ type: () => ToolUseResponse, required: false, description: 'Of a message of role `tool`.' })
  readonly tool?: ToolUseResponse;

  @ApiProperty({ type: () => FeedbackResponse, required: false })
  readonly feedback?: FeedbackResponse;

  @ApiProperty({ type: () => AnswerErrorResponse, required: false })
  readonly error?: AnswerErrorResponse;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  static from({ message, citations, feedback }: MessageView): MessageResponse {
    const { id, conversationId, role, author, content, status, createdAt } = message;
    return {
      ...{ id, conversationId, role, author, content, status, createdAt },
      citations: citations.map((citation) => CitationResponse.from(citation)),
      ...factsOf(message),
      ...(message.tool ? { tool: ToolUseResponse.from(message.tool) } : {}),
      ...(feedback ? { feedback: FeedbackResponse.from(feedback) } : {}),
    };
  }
}

type Facts = Pick<
  MessageResponse,
  'model' | 'usage' | 'latencyMs' | 'firstTokenMs' | 'finishReason' | 'answered' | 'attempts' | 'error'
>;

function factsOf(message: Message): Facts {
  const { model, latencyMs, firstTokenMs, finishReason, answered, attempts, error } = message;
  const usage = usageOf(message);
  const facts = { model, usage, latencyMs, firstTokenMs, finishReason, answered, attempts, error };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
}

function usageOf(message: Message): MessageUsageResponse | null {
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens, historyTruncated, costUsd } =
    message;
  if (inputTokens === null || outputTokens === null) return null;
  return {
    ...{ inputTokens, outputTokens },
    ...(cachedInputTokens === null ? {} : { cachedInputTokens }),
    ...(reasoningTokens === null ? {} : { reasoningTokens }),
    ...(historyTruncated ? { historyTruncated } : {}),
    ...(costUsd === null ? {} : { costUsd: Number(costUsd) }),
  };
}

export class MessagePage extends pageOf(MessageResponse) {}

export class TurnResponse {
  @ApiProperty({ type: () => MessageResponse, description: 'The question as it was saved.' })
  readonly message!: MessageResponse;

  @ApiProperty({ type: () => MessageResponse })
  readonly answer!: MessageResponse;

  static from({ question, answer }: { question: MessageView; answer: MessageView }): TurnResponse {
    return { message: MessageResponse.from(question), answer: MessageResponse.from(answer) };
  }
}

export class AskedResponse {
  @ApiProperty({ type: () => MessageResponse, description: 'The question as it was saved.' })
  readonly message!: MessageResponse;

  @ApiProperty({
    ...{ type: () => MessageResponse, nullable: true },
    description: 'Null where people answer: theirs comes later, and is among the messages then.',
  })
  readonly answer!: MessageResponse | null;

  @ApiProperty({
    type: 'boolean',
    description: 'Whether people answer in this conversation in place of the bot.',
  })
  readonly handedOver!: boolean;

  static from({ question, answer }: { question: MessageView; answer: MessageView | null }): AskedResponse {
    return {
      message: MessageResponse.from(question),
      answer: answer && MessageResponse.from(answer),
      handedOver: answer === null,
    };
  }
}
