import { ChoiceField, JsonObjectField, TextField } from '#common/validation';
import { type Channel, CHANNELS, type ConversationDraft } from '../conversations.types.js';

export class CreateConversationDto implements ConversationDraft {
  @TextField({
    optional: true,
    max: 200,
    example: 'customer-4711',
    description: 'Who talks, as you name your users.',
  })
  readonly externalUserId?: string;

  @ChoiceField(CHANNELS, { name: 'Channel', optional: true })
  readonly channel?: Channel;

  @JsonObjectField({ optional: true, maxBytes: 8_192, example: { page: '/pricing' } })
  readonly metadata?: Record<string, unknown>;
}
