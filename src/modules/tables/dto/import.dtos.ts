import { BooleanField, ChoiceField, IdField, JsonObjectField, TextField } from '#common/validation';
import {
  DATE_ORDERS,
  type DateOrder,
  IMPORT_FORMATS,
  IMPORT_MODES,
  type ImportDraft,
  type ImportFormat,
  type ImportMode,
  type ReadWishes,
} from '../imports/import.types.js';

const DELIMITERS = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const;
const DECIMALS = { point: '.', comma: ',' } as const;

export class ReadFileDto {
  @ChoiceField(IMPORT_FORMATS, {
    optional: true,
    name: 'ImportFormat',
    description: 'Found out by default, as all of these are.',
  })
  readonly format?: ImportFormat;

  @ChoiceField(Object.keys(DELIMITERS), {
    optional: true,
    name: 'Delimiter',
    description: 'What stands between the values of a `csv` file.',
  })
  readonly delimiter?: keyof typeof DELIMITERS;

  @TextField({ optional: true, max: 40, description: 'For example `utf-8` or `windows-1252`.' })
  readonly encoding?: string;

  @BooleanField({
    optional: true,
    example: true,
    description: 'Whether the first row names the columns: yes by default.',
  })
  readonly hasHeader?: boolean;

  @TextField({
    optional: true,
    max: 200,
    description: 'Which sheet of an `xlsx` file: the first by default.',
  })
  readonly sheet?: string;

  @ChoiceField(Object.keys(DECIMALS), {
    optional: true,
    name: 'DecimalMark',
    description: 'What stands before the decimals of numbers.',
  })
  readonly decimal?: keyof typeof DECIMALS;

  @ChoiceField(DATE_ORDERS, {
    optional: true,
    name: 'DateOrder',
    description: 'The order in which dates like 1/2/2026 are written.',
  })
  readonly dateOrder?: DateOrder;

  toWishes(): ReadWishes {
    const { format, delimiter, encoding, hasHeader, sheet, decimal, dateOrder } = this;
    return {
      ...(format && { format }),
      ...(delimiter && { delimiter: DELIMITERS[delimiter] }),
      ...(encoding !== undefined && { encoding }),
      ...(hasHeader !== undefined && { hasHeader }),
      ...(sheet !== undefined && { sheet }),
      ...(decimal && { decimal: DECIMALS[decimal] }),
      ...(dateOrder && { dateOrder }),
    };
  }
}

export class PreviewImportDto extends ReadFileDto {
  @IdField({ example: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a', description: 'A file that was sent.' })
  readonly fileId!: string;
}

export class StartImportDto extends PreviewImportDto {
  @ChoiceField(IMPORT_MODES, {
    name: 'ImportMode',
    example: 'append',
    description:
      '`append` adds records; `upsert` changes those with the same value of `key`, and adds others; `replace` puts the rows of the file in the place of all records, at once.',
  })
  readonly mode!: ImportMode;

  @TextField({ optional: true, max: 63, description: 'For `upsert`: a unique field.' })
  readonly key?: string;

  @JsonObjectField({
    optional: true,
    maxBytes: 65_536,
    description:
      'Keys of fields by names of columns, as the preview shows them. By default columns go where their names say.',
  })
  readonly mapping?: Record<string, unknown>;

  toDraft(): ImportDraft {
    const { fileId, mode, key, mapping } = this;
    return {
      ...{ fileId, mode, reading: this.toWishes() },
      ...(key !== undefined && { key }),
      ...(mapping && { mapping }),
    };
  }
}
