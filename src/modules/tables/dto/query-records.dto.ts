import { ChoiceField, IntegerField, JsonObjectField, ObjectListField, TextField } from '#common/validation';
import {
  type Aggregate,
  type AggregateOrder,
  type AggregateRequest,
  AGGREGATES,
  type GroupKey,
  type Period,
  PERIODS,
  type RecordsQuestion,
} from '../records/aggregate.types.js';

const MAX_FILTER_BYTES = 65_536;

export class GroupKeyDto implements GroupKey {
  @TextField({ max: 63, example: 'title' })
  readonly field!: string;

  @ChoiceField(PERIODS, {
    name: 'Period',
    optional: true,
    description: 'For dates and times: the stretches, in UTC.',
  })
  readonly per?: Period;
}

export class AggregateDto implements AggregateRequest {
  @ChoiceField(AGGREGATES, { name: 'Aggregate', example: 'avg' })
  readonly op!: Aggregate;

  @TextField({ optional: true, max: 63, example: 'price', description: 'Only `count` does without.' })
  readonly field?: string;

  @TextField({
    optional: true,
    max: 63,
    pattern: /^[A-Za-z][A-Za-z0-9_]*$/,
    example: 'mean_price',
    description: 'What the answer calls it; by default like `avg_price`.',
  })
  readonly as?: string;
}

export class AggregateOrderDto implements AggregateOrder {
  @TextField({ max: 63, example: 'mean_price', description: 'A column of the answer.' })
  readonly by!: string;

  @ChoiceField(['asc', 'desc'], { name: 'Direction', optional: true, example: 'desc' })
  readonly direction?: 'asc' | 'desc';
}

export class QueryRecordsDto implements RecordsQuestion {
  @JsonObjectField({
    optional: true,
    maxBytes: MAX_FILTER_BYTES,
    maxDepth: 20,
    example: { field: 'price', op: 'gt', value: 100 },
    description: 'Which records, as in the list of records.',
  })
  readonly filter?: Record<string, unknown>;

  @TextField({ optional: true, max: 300, example: 'bike', description: 'Words that a record has to hold.' })
  readonly search?: string;

  @ObjectListField(() => GroupKeyDto, { optional: true, maxItems: 5 })
  readonly groupBy?: GroupKeyDto[];

  @ObjectListField(() => AggregateDto, {
    optional: true,
    minItems: 1,
    maxItems: 20,
    description: 'By default the number of records.',
  })
  readonly aggregates?: AggregateDto[];

  @ObjectListField(() => AggregateOrderDto, {
    optional: true,
    maxItems: 5,
    description: 'By default by the groups.',
  })
  readonly orderBy?: AggregateOrderDto[];

  @IntegerField({ optional: true, min: 1, max: 1_000, default: 100, description: 'How many groups at most.' })
  readonly limit?: number;
}
