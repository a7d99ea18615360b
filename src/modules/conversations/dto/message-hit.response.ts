import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import type { MessageHit } from '../search/search-messages.js';

export class SnippetMarkResponse {
  @ApiProperty({ type: 'integer', minimum: 0, example: 4, description: 'Where it begins, in UTF-16 units.' })
  readonly start!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 12, description: 'Where it ends.' })
  readonly end!: number;
}

export class SnippetResponse {
  @ApiProperty({
    type: 'string',
    example: 'The warranty lasts 24 months.',
    description: 'Plain text of the message, never markup: escape it where it is shown as HTML.',
  })
  readonly text!: string;

  @ApiProperty({
    type: () => SnippetMarkResponse,
    isArray: true,
    description: 'What of it was looked for. Places do not overlap and are in order.',
  })
  readonly marks!: readonly SnippetMarkResponse[];

  @ApiProperty({ type: 'boolean', description: 'Whether there is more of the message before.' })
  readonly isCutBefore!: boolean;

  @ApiProperty({ type: 'boolean', description: 'Whether there is more of the message behind.' })
  readonly isCutAfter!: boolean;
}

export class MessageHitResponse {
  @ApiProperty({ type: 'string', format: 'uuid', description: 'The message.' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly conversationId!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly botId!: string;

  @ApiProperty({
    type: 'string',
    enum: ['user', 'assistant', 'tool'],
    enumName: 'MessageRole',
    example: 'assistant',
  })
  readonly role!: string;

  @ApiProperty({ type: () => SnippetResponse })
  readonly snippet!: SnippetResponse;

  @ApiProperty({
    type: 'number',
    minimum: 0,
    example: 304,
    description: 'How well it fits, to be compared within one list only; 0 in lists by time.',
  })
  readonly score!: number;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  static from({
    id,
    conversationId,
    botId,
    role,
    snippet,
    score,
    createdAt,
  }: MessageHit): MessageHitResponse {
    return { id, conversationId, botId, role, snippet, score, createdAt: new Date(createdAt) };
  }
}

export class MessageHitPage extends pageOf(MessageHitResponse) {}
