import { BooleanQuery, IntegerField, NumberField, ObjectField, TextField } from '#common/validation';
import { PassageFilterDto } from './passage-filter.dto.js';

export class SearchBotDto {
  @TextField({ max: 4_000, example: 'How long is the warranty?' })
  readonly query!: string;

  @IntegerField({ optional: true, min: 1, max: 50, example: 5, description: 'How many passages at most.' })
  readonly topK?: number;

  @NumberField({
    optional: true,
    min: 0,
    max: 1,
    example: 0,
    description: 'Passages that score lower are left out. By default as the bot has it.',
  })
  readonly minScore?: number;

  @IntegerField({
    optional: true,
    min: 0,
    max: 2,
    example: 1,
    description: 'How many passages before and after each one are shown along. By default as the bot has it.',
  })
  readonly neighbours?: number;

  @ObjectField(() => PassageFilterDto, {
    optional: true,
    description: 'Narrows this search, beside the filters of the bot and of its sources.',
  })
  readonly filter?: PassageFilterDto;
}

export class SearchBotQuery {
  @BooleanQuery({
    optional: true,
    example: true,
    description: 'Whether the answer says how each passage came to its place.',
  })
  readonly explain?: boolean;
}
