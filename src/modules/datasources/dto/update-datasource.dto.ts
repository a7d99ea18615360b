import { TextField } from '#common/validation';
import type { DatasourceChanges } from '../datasources.types.js';

export class UpdateDatasourceDto implements DatasourceChanges {
  @TextField({ optional: true, max: 200, example: 'Help pages' })
  readonly name?: string;

  @TextField({ optional: true, max: 2_000, format: 'uri', description: 'A new address is read at once.' })
  readonly url?: string;
}
