import { IdField, TextField } from '#common/validation';
import type { LoginAttempt } from '../auth.types.js';
import { NormalisedEmail } from './register.dto.js';

export class LoginDto implements LoginAttempt {
  @NormalisedEmail()
  @TextField({ max: 254, format: 'email', example: 'ada@example.com' })
  readonly email!: string;

  @TextField({ max: 200, example: 'Correct-horse-7-battery' })
  readonly password!: string;

  @IdField({ optional: true, description: 'Which workspace to enter; by default the one joined first.' })
  readonly workspaceId?: string;
}
