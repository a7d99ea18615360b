import { ChoiceField, IdListField, TextField } from '#common/validation';
import {
  type DatasourceDraft,
  type DatasourceType,
  DESCRIBED_TYPES,
  MAX_CONTENT_CHARS,
} from '../datasources.types.js';

export class CreateDatasourceDto implements DatasourceDraft {
  @ChoiceField(DESCRIBED_TYPES, {
    name: 'DescribedDatasourceType',
    example: 'url',
    description:
      'A `url` needs the field `url`, a `text` the field `content`; neither takes that of the other. A file is uploaded, see `datasources.upload`.',
  })
  readonly type!: DatasourceType;

  @TextField({
    optional: true,
    max: 2_000,
    format: 'uri',
    example: 'https://example.com/',
    description: 'Of a `url`: an http or https address.',
  })
  readonly url?: string;

  @TextField({
    optional: true,
    max: MAX_CONTENT_CHARS,
    description:
      'Of a `text`: Markdown or plain text. The whole body has to fit into `BODY_LIMIT_BYTES` (1 MiB), or 413 is the answer.',
  })
  readonly content?: string;

  @TextField({
    optional: true,
    max: 200,
    example: 'Help pages',
    description: 'By default made from the address, or from the first heading or line.',
  })
  readonly name?: string;

  @IdListField({ optional: true, maxItems: 50, description: 'Bots that may answer from it at once.' })
  readonly botIds?: string[];
}
