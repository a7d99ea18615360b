import { NumberField, ObjectField } from '#common/validation';
import type { TuningChanges } from '#modules/datasources';
import { PassageFilterDto } from './passage-filter.dto.js';

export class AttachDatasourceDto implements TuningChanges {
  @NumberField({
    optional: true,
    min: 0.1,
    max: 10,
    example: 1.5,
    description: 'The score of its passages is multiplied by it. 1 for a source that is attached newly.',
  })
  readonly weight?: number;

  @ObjectField(() => PassageFilterDto, {
    optional: true,
    nullable: true,
    description: 'The bot finds those passages of the source alone that fit. `null` for all of them.',
  })
  readonly filter?: PassageFilterDto | null;
}
