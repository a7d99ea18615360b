import { ApiProperty } from '@nestjs/swagger';
import {
  AUTHORS,
  CHANNELS,
  CONVERSATION_STATUSES,
  FEEDBACK_REASONS,
  RATINGS,
} from '../conversations.types.js';
import { TRANSCRIPT_VIEWS } from '../transcripts/transcript.types.js';
import { NoteResponse } from './conversation-note.response.js';
import { AnswerErrorResponse, AnsweringModelResponse, FailedAttemptResponse } from './message.response.js';
import { IMPORTED_AUTHOR, IMPORTED_ID } from './imported-author.js';
import { PromptSizeResponse, TracedCallResponse } from './team-message.response.js';

const FOR_THE_TEAM = 'For the team only.';

export class TranscribedConversation {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly botId!: string;

  @ApiProperty({ type: 'string', example: 'Help desk' })
  readonly botName!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({
    type: 'string',
    enum: [...CHANNELS],
    enumName: 'Channel',
    required: false,
    description: FOR_THE_TEAM,
  })
  readonly channel?: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    required: false,
    example: 'customer-4711',
    description: FOR_THE_TEAM,
  })
  readonly externalUserId?: string | null;

  @ApiProperty({
    type: 'string',
    enum: [...CONVERSATION_STATUSES],
    enumName: 'ConversationStatus',
    required: false,
    description: FOR_THE_TEAM,
  })
  readonly status?: string;
}

export class TranscribedCitation {
  @ApiProperty({ type: 'integer', minimum: 1, example: 1 })
  readonly index!: number;

  @ApiProperty({ type: 'string', example: 'Help for customers' })
  readonly title!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'https://example.com/help' })
  readonly url!: string | null;

  @ApiProperty({ type: 'string', example: 'The lamp comes with a warranty of 24 months.' })
  readonly quote!: string;
}

export class TranscribedPassage {
  @ApiProperty({ type: 'string', format: 'uuid', nullable: true })
  readonly chunkId!: string | null;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly documentId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly datasourceId!: string;

  @ApiProperty({ type: 'number', minimum: 0, maximum: 1, example: 0.8213 })
  readonly score!: number;
}

export class TranscribedTrace {
  @ApiProperty({ type: () => TranscribedPassage, isArray: true })
  readonly found!: TranscribedPassage[];

  @ApiProperty({ type: 'boolean' })
  readonly supported!: boolean;

  @ApiProperty({ type: () => PromptSizeResponse, nullable: true })
  readonly prompt!: PromptSizeResponse | null;

  @ApiProperty({ type: 'integer', minimum: 0, nullable: true, example: 24 })
  readonly retrievedMs!: number | null;

  @ApiProperty({ type: () => TracedCallResponse, isArray: true })
  readonly calls!: TracedCallResponse[];
}

export class TranscribedToolUse {
  @ApiProperty({ type: 'string', example: 'search_sources' })
  readonly name!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { query: 'warranty of lamps' } })
  readonly arguments!: Readonly<Record<string, unknown>>;

  @ApiProperty({ type: 'integer', minimum: 0, example: 24 })
  readonly durationMs!: number;

  @ApiProperty({ type: 'string', nullable: true, example: 'The tool took too long.' })
  readonly error!: string | null;
}

export class TranscribedMessage {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 2, description: 'Rises within the conversation.' })
  readonly position!: number;

  @ApiProperty({ type: 'string', enum: ['user', 'assistant', 'tool'], enumName: 'MessageRole' })
  readonly role!: string;

  @ApiProperty({ type: 'string', enum: [...AUTHORS], enumName: 'MessageAuthor', example: 'bot' })
  readonly author!: string;

  @ApiProperty({ type: 'string', example: 'The warranty lasts 24 months. [1]' })
  readonly content!: string;

  @ApiProperty({ type: 'string', enum: ['complete', 'aborted', 'error'], enumName: 'MessageStatus' })
  readonly status!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: () => AnswerErrorResponse, nullable: true })
  readonly error!: AnswerErrorResponse | null;

  @ApiProperty({ type: () => TranscribedCitation, isArray: true })
  readonly citations!: TranscribedCitation[];

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, required: false, description: FOR_THE_TEAM })
  readonly authorId?: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    required: false,
    example: IMPORTED_ID,
    description: `${IMPORTED_AUTHOR} ${FOR_THE_TEAM}`,
  })
  readonly importedAuthor?: string | null;

  @ApiProperty({
    type: () => AnsweringModelResponse,
    nullable: true,
    required: false,
    description: FOR_THE_TEAM,
  })
  readonly model?: AnsweringModelResponse | null;

  @ApiProperty({ type: 'integer', nullable: true, required: false, example: 812, description: FOR_THE_TEAM })
  readonly inputTokens?: number | null;

  @ApiProperty({ type: 'integer', nullable: true, required: false, example: 64, description: FOR_THE_TEAM })
  readonly outputTokens?: number | null;

  @ApiProperty({
    type: 'number',
    nullable: true,
    required: false,
    example: 0.0021,
    description: FOR_THE_TEAM,
  })
  readonly costUsd?: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    required: false,
    example: 1_240,
    description: FOR_THE_TEAM,
  })
  readonly latencyMs?: number | null;

  @ApiProperty({ type: 'integer', nullable: true, required: false, example: 310, description: FOR_THE_TEAM })
  readonly firstTokenMs?: number | null;

  @ApiProperty({ type: 'boolean', nullable: true, required: false, description: FOR_THE_TEAM })
  readonly answered?: boolean | null;

  @ApiProperty({
    type: () => FailedAttemptResponse,
    isArray: true,
    nullable: true,
    required: false,
    description: FOR_THE_TEAM,
  })
  readonly attempts?: FailedAttemptResponse[] | null;

  @ApiProperty({ type: () => TranscribedTrace, nullable: true, required: false, description: FOR_THE_TEAM })
  readonly trace?: TranscribedTrace | null;

  @ApiProperty({ type: () => TranscribedToolUse, nullable: true, required: false, description: FOR_THE_TEAM })
  readonly tool?: TranscribedToolUse | null;

  @ApiProperty({
    type: 'string',
    enum: [...RATINGS, null],
    nullable: true,
    required: false,
    example: 'up',
    description: FOR_THE_TEAM,
  })
  readonly rating?: string | null;

  @ApiProperty({
    type: 'string',
    enum: [...FEEDBACK_REASONS, null],
    nullable: true,
    required: false,
    example: 'helpful',
    description: FOR_THE_TEAM,
  })
  readonly ratingReason?: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    required: false,
    example: 'Exactly what I needed.',
    description: FOR_THE_TEAM,
  })
  readonly ratingComment?: string | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    required: false,
    example: 'The lamp comes with a warranty of 24 months.',
    description: `What the answer should have been. ${FOR_THE_TEAM}`,
  })
  readonly correction?: string | null;
}

export class TranscriptResponse {
  @ApiProperty({ type: 'string', enum: [...TRANSCRIPT_VIEWS], enumName: 'TranscriptView' })
  readonly view!: string;

  @ApiProperty({ type: () => TranscribedConversation })
  readonly conversation!: TranscribedConversation;

  @ApiProperty({ type: () => TranscribedMessage, isArray: true, description: 'In the order they were said.' })
  readonly messages!: TranscribedMessage[];

  @ApiProperty({
    ...{ type: () => NoteResponse, isArray: true, required: false },
    description: `Internal: what the team noted about the conversation, the oldest first. ${FOR_THE_TEAM}`,
  })
  readonly notes?: NoteResponse[];
}
