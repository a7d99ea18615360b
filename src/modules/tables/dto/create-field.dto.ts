import {
  BooleanField,
  ChoiceField,
  IdField,
  IntegerField,
  TextField,
  TextListField,
} from '#common/validation';
import { FIELD_TYPES, type FieldDraft, type FieldType } from '../tables.types.js';

const MAX_OPTIONS = 200;

export class CreateFieldDto implements FieldDraft {
  @TextField({
    optional: true,
    max: 63,
    pattern: /^[a-z][a-z0-9_]*$/,
    example: 'list_price',
    description: 'What records call it, for ever; made from the name by default.',
  })
  readonly key?: string;

  @TextField({ max: 120, example: 'List price' })
  readonly name!: string;

  @TextField({ optional: true, min: 0, max: 2_000, example: 'In euros, with tax.' })
  readonly description?: string;

  @ChoiceField(FIELD_TYPES, { name: 'FieldType', example: 'number' })
  readonly type!: FieldType;

  @BooleanField({ optional: true, example: false, description: 'Whether every record has to have a value.' })
  readonly required?: boolean;

  @BooleanField({
    optional: true,
    example: false,
    description: 'Whether no two records may have the same value. What is unique can be upserted by.',
  })
  readonly unique?: boolean;

  @BooleanField({
    optional: true,
    example: true,
    description: 'Whether filtering and sorting by it has to be quick however many records there are.',
  })
  readonly indexed?: boolean;

  @TextField({
    optional: true,
    nullable: true,
    max: 2_000,
    example: '9.90',
    description:
      'What new records get that do not say, and what those get that are there when the field is added; as one would write it into a cell.',
  })
  readonly default?: string | null;

  @TextListField({
    optional: true,
    max: 200,
    maxItems: MAX_OPTIONS,
    description: 'For `select` and `multi_select`: what can be chosen.',
  })
  readonly options?: string[];

  @IdField({ optional: true, description: 'For `link`: the table whose records it names.' })
  readonly linkedTableId?: string;

  @IntegerField({
    optional: true,
    min: 0,
    max: 10_000,
    description: 'Its place among the fields; last by default.',
  })
  readonly position?: number;
}
