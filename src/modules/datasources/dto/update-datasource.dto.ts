import { TextField } from '#common/validation';
import { type DatasourceChanges, MAX_CONTENT_CHARS } from '../datasources.types.js';

export class UpdateDatasourceDto implements DatasourceChanges {
  @TextField({ optional: true, max: 200, example: 'Help pages' })
  readonly name?: string;

  @TextField({
    optional: true,
    max: 2_000,
    format: 'uri',
    description: 'Of a `url`. A new address is read at once.',
  })
  readonly url?: string;

  @TextField({
    optional: true,
    max: MAX_CONTENT_CHARS,
    description: 'Of a `text`. A new content is read at once.',
  })
  readonly content?: string;
}
