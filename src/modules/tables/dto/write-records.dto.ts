import { HoldsMany, IdListField, JsonObjectField, ObjectListField, TextField } from '#common/validation';
import { MAX_BATCH, MAX_RECORD_BYTES, type RecordValues } from '../tables.types.js';

/** As many as fit into a body of the usual size. */
const MAX_VALUES = 250_000;
const EXAMPLE = { title: 'City bike', price: 749.5 };

export class WriteRecordDto {
  @JsonObjectField({
    maxBytes: 2 * MAX_RECORD_BYTES,
    maxDepth: 20,
    example: EXAMPLE,
    description: 'Values by the keys of their fields.',
  })
  readonly fields!: Record<string, unknown>;
}

@HoldsMany(MAX_VALUES)
export class CreateRecordsDto {
  @ObjectListField(() => WriteRecordDto, {
    minItems: 1,
    maxItems: MAX_BATCH,
    description: 'All of them are made, or none.',
  })
  readonly records!: WriteRecordDto[];

  toValues(): RecordValues[] {
    return this.records.map(({ fields }) => fields);
  }
}

@HoldsMany(MAX_VALUES)
export class UpsertRecordsDto extends CreateRecordsDto {
  @TextField({
    max: 63,
    example: 'title',
    description: 'A unique field: records with the same value of it are changed, others made.',
  })
  readonly key!: string;
}

export class RemoveRecordsDto {
  @IdListField({
    maxItems: MAX_BATCH,
    example: ['01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a'],
    description: 'All of them are removed, or none.',
  })
  readonly ids!: string[];
}
