import { BooleanField, IntegerField, NumberField, ObjectField } from '#common/validation';
import type { BotRetrieval } from '../bots.types.js';
import { PassageFilterDto } from './passage-filter.dto.js';

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

  @IntegerField({
    optional: true,
    min: 0,
    max: 2,
    example: 0,
    description:
      'How many passages before and after each one the model is given along, as long as they are not too much together.',
  })
  readonly neighbours?: number;

  @BooleanField({
    optional: true,
    example: false,
    description:
      'Whether passages stay that repeat better ones almost word for word; by default they are left out.',
  })
  readonly keepDuplicates?: boolean;

  @ObjectField(() => PassageFilterDto, {
    optional: true,
    description: 'Which passages the bot may find, of all of its sources.',
  })
  readonly filter?: PassageFilterDto;
}
