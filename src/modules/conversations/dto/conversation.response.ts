import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import { CHANNELS } from '../conversations.types.js';
import type { Conversation } from '../entities/conversation.entity.js';

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

  static from(conversation: Conversation): ConversationResponse {
    const { id, botId, channel, externalUserId, metadata, messageCount, lastMessageAt, createdAt } =
      conversation;
    return { id, botId, channel, externalUserId, metadata, messageCount, lastMessageAt, createdAt };
  }
}

export class ConversationPage extends pageOf(ConversationResponse) {}
