import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IdListField, TextField } from '#common/validation';
import type { FileDraft } from '../datasources.types.js';

export class UploadFileDto implements FileDraft {
  @TextField({
    optional: true,
    max: 200,
    example: 'Price list',
    description: 'What citations call it. By default the name of the file.',
  })
  readonly name?: string;

  /** A field that comes once is no list yet. */
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value))
  @IdListField({
    optional: true,
    maxItems: 50,
    description: 'Bots that may answer from it at once. The field is repeated for each.',
  })
  readonly botIds?: string[];
}

/** The form as it is documented; the file itself is no field to be checked. */
export class FileFormDto extends UploadFileDto {
  @ApiProperty({
    type: 'string',
    format: 'binary',
    example: '# Prices',
    description: 'PDF, DOCX, XLSX, PPTX, EPUB, HTML, Markdown, CSV or plain text, by its content.',
  })
  readonly file!: unknown;
}
