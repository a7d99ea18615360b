import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import { CHANNELS, CONVERSATION_STATUSES } from '../conversations.types.js';
import type { Conversation } from '../entities/conversation.entity.js';
import type { ConversationMarks } from '../inbox/inbox.types.js';

export class ConversationResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly botId!: string;

  @ApiProperty({ type: 'string', enum: [...CHANNELS], enumName: 'Channel' })
  readonly channel!: string;

  @ApiProperty({ type: 'string', nullable: true, example: 'customer-4711' })
  readonly externalUserId!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { page: '/pricing' } })
  readonly metadata!: Readonly<Record<string, unknown>>;

  @ApiProperty({ type: 'integer', minimum: 0, example: 2 })
  readonly messageCount!: number;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly lastMessageAt!: Date | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', enum: [...CONVERSATION_STATUSES], enumName: 'ConversationStatus' })
  readonly status!: string;

  @ApiProperty({
    type: 'string',
    format: 'uuid',
    nullable: true,
    description: 'The member who looks after it.',
  })
  readonly assigneeId!: string | null;

  @ApiProperty({ type: 'array', items: { type: 'string' }, example: ['billing'] })
  readonly tags!: readonly string[];

  @ApiProperty({ type: 'boolean', description: 'Whether it holds messages that you have not seen.' })
  readonly isUnread!: boolean;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'Of the first answer.' })
  readonly firstReplyAt!: Date | null;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'Of the last answer.' })
  readonly lastReplyAt!: Date | null;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Since when people answer in place of the bot; null while the bot answers.',
  })
  readonly handedOverAt!: Date | null;

  static from(
    conversation: Conversation,
    marks: ReadonlyMap<string, ConversationMarks>,
  ): ConversationResponse {
    const { id, botId, channel, externalUserId, metadata, messageCount, lastMessageAt, createdAt } =
      conversation;
    const { status, assigneeId, firstReplyAt, lastReplyAt, handedOverAt } = conversation;
    const { tags = [], isUnread = messageCount > 0 } = marks.get(id) ?? {};
    return {
      ...{ id, botId, channel, externalUserId, metadata, messageCount, lastMessageAt, createdAt },
      ...{ status, assigneeId, tags, isUnread, firstReplyAt, lastReplyAt, handedOverAt },
    };
  }
}

export class ConversationPage extends pageOf(ConversationResponse) {}
