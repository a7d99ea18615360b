import { ApiProperty } from '@nestjs/swagger';
import { ChoiceField, ObjectField, pageOf, TextField } from '#common/validation';
import { type Sort, SORTS } from '../conversations.types.js';
import { type ConversationView, INBOX_LIMITS, type ViewDraft } from '../inbox/inbox.types.js';
import { ConversationFilterDto } from './conversation-filter.fields.js';

const FILTER = 'What is asked of lists of conversations. `unread` and `me` are about whoever looks.';

export class CreateViewDto implements ViewDraft {
  @TextField({ max: INBOX_LIMITS.viewNameChars, example: 'Not answered, unread' })
  readonly name!: string;

  @ObjectField(() => ConversationFilterDto, { description: FILTER })
  readonly filter!: ConversationFilterDto;

  @ChoiceField(SORTS, { name: 'SearchSort', optional: true })
  readonly sort?: Sort;
}

export class UpdateViewDto implements Partial<ViewDraft> {
  @TextField({ optional: true, max: INBOX_LIMITS.viewNameChars })
  readonly name?: string;

  @ObjectField(() => ConversationFilterDto, { optional: true, description: FILTER })
  readonly filter?: ConversationFilterDto;

  @ChoiceField(SORTS, { name: 'SearchSort', optional: true })
  readonly sort?: Sort;
}

export class ViewResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'Not answered, unread' })
  readonly name!: string;

  @ApiProperty({ type: () => ConversationFilterDto })
  readonly filter!: object;

  @ApiProperty({ type: 'string', enum: [...SORTS], enumName: 'SearchSort' })
  readonly sort!: string;

  @ApiProperty({ type: 'string', format: 'uuid', description: 'The user or API key that made it.' })
  readonly createdById!: string;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: Date;

  static from({ id, name, filter, sort, createdById, createdAt, updatedAt }: ConversationView): ViewResponse {
    return {
      ...{ id, name, filter, sort, createdById },
      ...{ createdAt: new Date(createdAt), updatedAt: new Date(updatedAt) },
    };
  }
}

export class ViewPage extends pageOf(ViewResponse) {}
