import { ChoiceField, IntegerField, NumberField, ObjectListField, TextField } from '#common/validation';
import { type BotModel, type ModelChoice, REASONING_EFFORTS, type ReasoningEffort } from '../bots.types.js';

export class ModelChoiceDto implements ModelChoice {
  @TextField({ max: 40, example: 'local' })
  readonly provider!: string;

  @TextField({ max: 200, example: 'extractive' })
  readonly name!: string;
}

export class BotModelDto extends ModelChoiceDto implements BotModel {
  @NumberField({ optional: true, min: 0, max: 2, example: 0.2 })
  readonly temperature?: number;

  @IntegerField({ optional: true, min: 1, max: 100_000, example: 1_000 })
  readonly maxOutputTokens?: number;

  @ChoiceField(REASONING_EFFORTS, {
    ...{ name: 'ReasoningEffort', optional: true, example: 'low' },
    description: 'How long the model thinks before it answers; by default as long as it likes.',
  })
  readonly reasoningEffort?: ReasoningEffort;

  @ObjectListField(() => ModelChoiceDto, {
    optional: true,
    maxItems: 5,
    description: 'Asked in this order when the model fails before its first word.',
  })
  readonly fallbacks?: ModelChoiceDto[];
}
