import { ApiProperty } from '@nestjs/swagger';
import { documentedCodes } from '#common/errors';
import { pageOf } from '#common/validation';
import { ANSWER_FAILURES } from '../../providers.errors.js';
import { CREDENTIAL_STATES, type CredentialState, type CredentialTrial } from '../credentials.types.js';
import type { ProviderCredential } from '../entities/provider-credential.entity.js';

export class CredentialResponse {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'openai' })
  readonly provider!: string;

  @ApiProperty({ type: 'string', example: 'Team account' })
  readonly label!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'q7Zk',
    description:
      'How the key ends; null where there is none, or where it is so short that this would be too much of it.',
  })
  readonly secretHint!: string | null;

  @ApiProperty({ type: 'string', nullable: true, example: 'https://models.example.com/v1' })
  readonly baseUrl!: string | null;

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    example: ['x-team'],
    description: 'Values are not shown.',
  })
  readonly headerNames!: string[];

  @ApiProperty({
    type: 'string',
    enum: [...CREDENTIAL_STATES],
    enumName: 'CredentialState',
    description:
      '`refused`: the provider turned it down when it was last used. It is then tried after all others.',
  })
  readonly state!: CredentialState;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  readonly refusedAt!: Date | null;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly createdAt!: Date;

  @ApiProperty({ type: 'string', format: 'date-time' })
  readonly updatedAt!: Date;

  static from(credential: ProviderCredential): CredentialResponse {
    const { id, provider, label, secretHint, baseUrl, headerNames, state, refusedAt, createdAt, updatedAt } =
      credential;
    return { id, provider, label, secretHint, baseUrl, headerNames, state, refusedAt, createdAt, updatedAt };
  }
}

export class CredentialPage extends pageOf(CredentialResponse) {}

export class CredentialTrialResponse {
  @ApiProperty({ type: 'boolean' })
  readonly ok!: boolean;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'provider_auth',
    description: documentedCodes(...ANSWER_FAILURES),
  })
  readonly code!: string | null;

  @ApiProperty({ type: 'string', example: 'The provider accepts the key.' })
  readonly message!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'gpt-5.4-nano',
    description: 'The model that was asked.',
  })
  readonly modelName!: string | null;

  @ApiProperty({ type: 'integer', example: 412 })
  readonly latencyMs!: number;

  static from({ ok, code, message, modelName, latencyMs }: CredentialTrial): CredentialTrialResponse {
    return { ok, code, message, modelName, latencyMs };
  }
}
