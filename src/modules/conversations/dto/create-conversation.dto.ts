import { ChoiceField, JsonObjectField, TextField } from '#common/validation';
import { type ConversationDraft, NAMEABLE_CHANNELS, type NameableChannel } from '../conversations.types.js';

export class CreateConversationDto implements ConversationDraft {
  @TextField({
    optional: true,
    max: 200,
    example: 'customer-4711',
    description: 'Who talks, as you name your users.',
  })
  readonly externalUserId?: string;

  @ChoiceField(NAMEABLE_CHANNELS, { name: 'NameableChannel', optional: true })
  readonly channel?: NameableChannel;

  @JsonObjectField({ optional: true, maxBytes: 8_192, example: { page: '/pricing' } })
  readonly metadata?: Record<string, unknown>;
}
