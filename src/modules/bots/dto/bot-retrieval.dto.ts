import { IntegerField, NumberField } from '#common/validation';
import type { BotRetrieval } from '../bots.types.js';

export class BotRetrievalDto implements BotRetrieval {
  @IntegerField({
    optional: true,
    min: 1,
    max: 50,
    example: 5,
    description: 'How many passages an answer is based on.',
  })
  readonly topK?: number;

  @NumberField({
    optional: true,
    min: 0,
    max: 1,
    example: 0,
    description: 'Passages that score lower are left out.',
  })
  readonly minScore?: number;
}
