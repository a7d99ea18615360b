import { ChoiceListField, IdListField, JsonObjectField, TextField, TextListField } from '#common/validation';
import type { DatasourceType, PassageFilter } from '#modules/datasources';
import { DATASOURCE_TYPES } from '../bots.types.js';

const MAX_ITEMS = 50;
const MAX_RECORD_FILTER_BYTES = 16_384;

/** All that is named has to fit; of a list, one. */
export class PassageFilterDto implements PassageFilter {
  @IdListField({ optional: true, maxItems: 200, description: 'Passages of these sources.' })
  readonly datasourceIds?: readonly string[];

  @ChoiceListField(DATASOURCE_TYPES, {
    optional: true,
    name: 'DatasourceType',
    example: ['site', 'file'],
    description: 'Passages of sources of these types.',
  })
  readonly sourceTypes?: readonly DatasourceType[];

  @TextListField({
    optional: true,
    max: 8,
    maxItems: MAX_ITEMS,
    example: ['en', 'de'],
    description: 'Passages of documents in these languages, as primary subtags.',
  })
  readonly languages?: readonly string[];

  @TextListField({
    optional: true,
    max: 2_000,
    maxItems: MAX_ITEMS,
    example: ['https://example.com/help/'],
    description: 'Passages of documents whose address begins so. A document without an address does not fit.',
  })
  readonly urlPrefixes?: readonly string[];

  @TextListField({
    optional: true,
    max: 2_000,
    maxItems: MAX_ITEMS,
    example: ['/help/'],
    description: 'The same for the path of the address, on whatever host.',
  })
  readonly pathPrefixes?: readonly string[];

  @TextField({
    optional: true,
    max: 200,
    example: 'warranty',
    description: 'Passages of documents whose title holds this text, in either case.',
  })
  readonly titleContains?: string;

  @TextListField({
    optional: true,
    max: 255,
    maxItems: MAX_ITEMS,
    example: ['prices.xlsx'],
    description: 'Passages of uploaded files that were called so.',
  })
  readonly fileNames?: readonly string[];

  @JsonObjectField({
    optional: true,
    maxBytes: MAX_RECORD_FILTER_BYTES,
    maxDepth: 20,
    example: { field: 'price', op: 'lt', value: 500 },
    description:
      'Records of hosted tables that fit this filter, in the form that `POST /v1/tables/{id}/query` takes, over the fields that the source shows.',
  })
  readonly record?: Record<string, unknown>;
}
