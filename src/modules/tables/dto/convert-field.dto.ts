import { BooleanField, ChoiceField, IdField, TextListField } from '#common/validation';
import { FIELD_TYPES, type FieldConversion, type FieldType } from '../tables.types.js';

export class ConvertFieldDto {
  @ChoiceField(FIELD_TYPES, { name: 'FieldType', example: 'text' })
  readonly type!: FieldType;

  @TextListField({ optional: true, max: 200, maxItems: 200, description: 'For `select` and `multi_select`.' })
  readonly options?: string[];

  @IdField({ optional: true, description: 'For `link`.' })
  readonly linkedTableId?: string;

  @BooleanField({
    optional: true,
    example: false,
    description: 'Whether values that do not convert may be lost. Else nothing changes when there are any.',
  })
  readonly emptyMisfits?: boolean;

  @BooleanField({
    optional: true,
    example: true,
    description: 'Whether only to look: the result of the job tells which values do not convert.',
  })
  readonly dryRun?: boolean;

  toConversion(): FieldConversion {
    const { type, options = [], linkedTableId = null, emptyMisfits = false, dryRun = false } = this;
    return { type, options, linkedTableId, emptyMisfits, dryRun };
  }
}
