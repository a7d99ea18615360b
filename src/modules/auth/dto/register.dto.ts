import { Transform } from 'class-transformer';
import { isEmail, Matches, ValidateBy } from 'class-validator';
import { isStorableText, TextField } from '#common/validation';
import type { Registration } from '../auth.types.js';

/** E-mail addresses are compared without regard to case. */
export const NormalisedEmail = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.trim().toLowerCase() : value,
  );

/** An e-mail address. The library behind the check throws at half a surrogate pair. */
const IsEmailAddress = (): PropertyDecorator =>
  ValidateBy({
    name: 'isEmailAddress',
    validator: {
      validate: (value) => isStorableText(value) && isEmail(value),
      defaultMessage: () => '$property must be an e-mail address',
    },
  });

export class RegisterDto implements Registration {
  @NormalisedEmail()
  @TextField({ max: 254, format: 'email', example: 'ada@example.com' })
  @IsEmailAddress()
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
