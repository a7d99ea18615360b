import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import { IMPORTED_AUTHOR, IMPORTED_ID } from './imported-author.js';
import type { ConversationNote } from '../inbox/inbox.types.js';

export class NoteResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'Called back on Monday.' })
  readonly content!: string;

  @ApiProperty({ type: 'string', format: 'uuid', nullable: true, description: 'The member who wrote it.' })
  readonly authorId!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: IMPORTED_ID, description: IMPORTED_AUTHOR })
  readonly importedAuthor!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  static from({ createdAt, ...note }: ConversationNote): NoteResponse {
    return { ...note, createdAt: new Date(createdAt) };
  }
}

export class NotePage extends pageOf(NoteResponse) {}

export class TagCountResponse {
  @ApiProperty({ type: 'string', example: 'billing' })
  readonly tag!: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 12, description: 'How many conversations carry it.' })
  readonly count!: number;
}

export class TagListResponse {
  @ApiProperty({ type: () => TagCountResponse, isArray: true })
  readonly data!: readonly TagCountResponse[];
}
