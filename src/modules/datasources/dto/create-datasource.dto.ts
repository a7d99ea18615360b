import { ChoiceField, IdListField, TextField } from '#common/validation';
import { DATASOURCE_TYPES, type DatasourceDraft, type DatasourceType } from '../datasources.types.js';

export class CreateDatasourceDto implements DatasourceDraft {
  @ChoiceField(DATASOURCE_TYPES, { name: 'DatasourceType', example: 'url' })
  readonly type!: DatasourceType;

  @TextField({
    max: 2_000,
    format: 'uri',
    example: 'https://example.com/',
    description: 'An http or https address.',
  })
  readonly url!: string;

  @TextField({
    optional: true,
    max: 200,
    example: 'Help pages',
    description: 'By default made from the address.',
  })
  readonly name?: string;

  @IdListField({ optional: true, maxItems: 50, description: 'Bots that may answer from it at once.' })
  readonly botIds?: string[];
}
