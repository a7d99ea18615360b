import { Transform } from 'class-transformer';
import { IsEmail, Matches } from 'class-validator';
import { TextField } from '#common/validation';
import type { Registration } from '../auth.types.js';

/** E-mail addresses are compared without regard to case. */
export const NormalisedEmail = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim().toLowerCase() : value,
  );

export class RegisterDto implements Registration {
  @NormalisedEmail()
  @TextField({ max: 254, format: 'email', example: 'ada@example.com' })
  @IsEmail({}, { message: '$property must be an e-mail address' })
  readonly email!: string;

  @TextField({
    min: 10,
    max: 200,
    example: 'Correct-horse-7-battery',
    description: 'At least 10 characters.',
  })
  @Matches(/^(?!.*(?:password|12345|qwerty)).*$/is, { message: '$property is too easy to guess' })
  @Matches(/^(?!(.{1,3})\1+$).*$/s, { message: '$property is too easy to guess' })
  readonly password!: string;

  @TextField({ optional: true, max: 120, example: 'Ada' })
  readonly name?: string;

  @TextField({ max: 120, example: 'Analytical Engines' })
  readonly workspaceName!: string;
}
