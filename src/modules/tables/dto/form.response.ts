import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import type { Form } from '../forms/form.types.js';

export class FormFieldResponse {
  @ApiProperty({ type: 'string', example: 'title' })
  readonly key!: string;

  @ApiProperty({ type: 'string', example: 'What is it about?', nullable: true })
  readonly label!: string | null;

  @ApiProperty({ type: 'string', example: 'A few words are enough.' })
  readonly help!: string;

  @ApiProperty({ type: 'boolean', example: true })
  readonly required!: boolean;
}

export class FormResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly tableId!: string;

  @ApiProperty({ type: 'string', example: '4f1c6a53d0b84c1a9d6b3f0c1c1f6f0a' })
  readonly slug!: string;

  @ApiProperty({
    type: 'string',
    example: '/f/4f1c6a53d0b84c1a9d6b3f0c1c1f6f0a',
    description: 'Where the page is, on this server.',
  })
  readonly path!: string;

  @ApiProperty({ type: 'string', example: 'Tell us' })
  readonly title!: string;

  @ApiProperty({ type: 'string', example: 'We read every entry.' })
  readonly description!: string;

  @ApiProperty({ type: () => FormFieldResponse, isArray: true })
  readonly fields!: FormFieldResponse[];

  @ApiProperty({ type: 'string', example: 'Thank you.' })
  readonly thanks!: string;

  @ApiProperty({ type: 'boolean', example: true })
  readonly isOpen!: boolean;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: Date;

  static from({
    id,
    tableId,
    slug,
    title,
    description,
    fields,
    thanks,
    isOpen,
    createdAt,
    updatedAt,
  }: Form): FormResponse {
    return {
      ...{ id, tableId, slug, path: `/f/${slug}`, title, description, thanks, isOpen, createdAt, updatedAt },
      fields: fields.map(({ key, label = null, help = '', required = false }) => ({
        key,
        label,
        help,
        required,
      })),
    };
  }
}

export class FormPage extends pageOf(FormResponse) {}
