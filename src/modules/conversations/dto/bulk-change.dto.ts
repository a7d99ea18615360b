import { ApiProperty } from '@nestjs/swagger';
import { JobRefResponse } from '#common/jobs';
import { BooleanField, ChoiceField, IdField, ObjectField, TextListField } from '#common/validation';
import { CONVERSATION_STATUSES, type ConversationStatus } from '../conversations.types.js';
import { type BulkChange, INBOX_LIMITS } from '../inbox/inbox.types.js';
import { ConversationFilterDto } from './conversation-filter.fields.js';

const TAGS = { optional: true, maxItems: INBOX_LIMITS.tags, max: INBOX_LIMITS.tagChars } as const;

export class BulkChangeFieldsDto implements BulkChange {
  @ChoiceField(CONVERSATION_STATUSES, { name: 'ConversationStatus', optional: true })
  readonly status?: ConversationStatus;

  @IdField({
    optional: true,
    nullable: true,
    description: 'The member who is to look after them; null for nobody.',
  })
  readonly assigneeId?: string | null;

  @TextListField({ ...TAGS, example: ['billing'] })
  readonly addTags?: string[];

  @TextListField(TAGS)
  readonly removeTags?: string[];

  @BooleanField({
    optional: true,
    description: 'Removes them with all that was said in them; the other fields then count for nothing.',
  })
  readonly delete?: boolean;
}

export class BulkChangeDto {
  @ObjectField(() => ConversationFilterDto, {
    description:
      'Which conversations: all of them if it is empty. Those that begin later are left as they are.',
  })
  readonly filter!: ConversationFilterDto;

  @ObjectField(() => BulkChangeFieldsDto, {
    description: 'What is to be done with them; it has to be something.',
  })
  readonly change!: BulkChangeFieldsDto;
}

export class StartedBulkChangeResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    example: 120,
    description: 'How many conversations it is about.',
  })
  readonly matched!: number;

  @ApiProperty({ type: () => JobRefResponse, description: 'Its result says how many were changed.' })
  readonly job!: JobRefResponse;

  static from({ id, matched, job }: StartedBulkChangeResponse): StartedBulkChangeResponse {
    return { id, matched, job };
  }
}
