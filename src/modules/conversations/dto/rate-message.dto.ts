import { ChoiceField, TextField } from '#common/validation';
import {
  FEEDBACK_REASONS,
  type FeedbackDraft,
  type FeedbackReason,
  type Rating,
  RATINGS,
} from '../conversations.types.js';

export class RateMessageDto implements FeedbackDraft {
  @ChoiceField(RATINGS, { name: 'Rating', example: 'up' })
  readonly rating!: Rating;

  @ChoiceField(FEEDBACK_REASONS, { name: 'FeedbackReason', optional: true, example: 'helpful' })
  readonly reason?: FeedbackReason;

  @TextField({ optional: true, max: 4_000, example: 'Exactly what I needed.' })
  readonly comment?: string;
}
