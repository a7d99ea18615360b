import { ObjectListField, TextField } from '#common/validation';
import { MAX_FIELDS, type TableDraft } from '../tables.types.js';
import { CreateFieldDto } from './create-field.dto.js';

export class CreateTableDto implements TableDraft {
  @TextField({ max: 120, example: 'Price list' })
  readonly name!: string;

  @TextField({ optional: true, min: 0, max: 2_000, example: 'What we sell, and for how much.' })
  readonly description?: string;

  @ObjectListField(() => CreateFieldDto, {
    optional: true,
    maxItems: MAX_FIELDS,
    description: 'In this order, unless they say their positions.',
  })
  readonly fields?: CreateFieldDto[];
}
