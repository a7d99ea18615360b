import { OmitType, PartialType } from '@nestjs/swagger';
import { BooleanField, IdField, ObjectListField, TextField } from '#common/validation';
import { type FormChanges, type FormDraft, type FormField, MAX_FORM_FIELDS } from '../forms/form.types.js';

export class FormFieldDto implements FormField {
  @TextField({ max: 63, example: 'title', description: 'The key of a field of the table.' })
  readonly key!: string;

  @TextField({
    optional: true,
    max: 200,
    example: 'What is it about?',
    description: 'The name of the field by default.',
  })
  readonly label?: string;

  @TextField({ optional: true, max: 500, example: 'A few words are enough.' })
  readonly help?: string;

  @BooleanField({ optional: true, example: true, description: 'Whether it has to be filled in.' })
  readonly required?: boolean;
}

export class CreateFormDto implements FormDraft {
  @IdField({
    example: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a',
    description: 'The table that records are added to.',
  })
  readonly tableId!: string;

  @TextField({
    optional: true,
    min: 3,
    max: 63,
    pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/,
    description: 'The last part of its address: one that nobody can guess by default.',
  })
  readonly slug?: string;

  @TextField({ max: 200, example: 'Tell us' })
  readonly title!: string;

  @TextField({ optional: true, min: 0, max: 2_000, example: 'We read every entry.' })
  readonly description?: string;

  @ObjectListField(() => FormFieldDto, {
    minItems: 1,
    maxItems: MAX_FORM_FIELDS,
    description: 'What is asked for, in this order.',
  })
  readonly fields!: FormFieldDto[];

  @TextField({
    optional: true,
    max: 2_000,
    example: 'Thank you.',
    description: 'What people read when they are done.',
  })
  readonly thanks?: string;

  @BooleanField({ optional: true, example: true, description: 'Whether entries are taken: yes by default.' })
  readonly isOpen?: boolean;
}

export class UpdateFormDto
  extends PartialType(OmitType(CreateFormDto, ['tableId'] as const), { skipNullProperties: false })
  implements FormChanges {}
