import { ChoiceField, IdField, TextField, TextListField } from '#common/validation';
import { CONVERSATION_STATUSES, type ConversationStatus } from '../conversations.types.js';
import { type ConversationChanges, INBOX_LIMITS } from '../inbox/inbox.types.js';

export class UpdateConversationDto implements ConversationChanges {
  @ChoiceField(CONVERSATION_STATUSES, {
    name: 'ConversationStatus',
    optional: true,
    description: 'A resolved conversation opens again with the next message.',
  })
  readonly status?: ConversationStatus;

  @IdField({ optional: true, nullable: true, description: 'The member who looks after it; null for nobody.' })
  readonly assigneeId?: string | null;

  @TextListField({
    optional: true,
    maxItems: INBOX_LIMITS.tags,
    max: INBOX_LIMITS.tagChars,
    example: ['billing'],
    description: 'In place of the tags that it has.',
  })
  readonly tags?: string[];
}

export class AddNoteDto {
  @TextField({ max: INBOX_LIMITS.noteChars, example: 'Called back on Monday.' })
  readonly content!: string;
}
