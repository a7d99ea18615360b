import { ChoiceField, TextField } from '#common/validation';
import { type FeedbackDraft, type Rating, RATINGS } from '../conversations.types.js';

export class RateMessageDto implements FeedbackDraft {
  @ChoiceField(RATINGS, { name: 'Rating', example: 'up' })
  readonly rating!: Rating;

  @TextField({ optional: true, max: 4_000, example: 'Exactly what I needed.' })
  readonly comment?: string;
}
