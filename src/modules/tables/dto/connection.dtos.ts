import { OmitType, PartialType } from '@nestjs/swagger';
import { ChoiceField, TextField } from '#common/validation';
import { type ConnectionDraft, REMOTE_PROVIDERS, type RemoteProviderName } from '../remote/remote.types.js';

export class CreateConnectionDto implements ConnectionDraft {
  @ChoiceField(REMOTE_PROVIDERS, { name: 'RemoteProvider', example: 'zapier' })
  readonly provider!: RemoteProviderName;

  @TextField({ max: 120, example: 'Sales account' })
  readonly name!: string;

  @TextField({
    optional: true,
    max: 4_000,
    pattern: /^[\x21-\x7e]+$/,
    example: 'replace-with-a-real-token',
    description: 'A token of the account, or in its place `clientId` and `clientSecret`. Never shown again.',
  })
  readonly token?: string;

  @TextField({ optional: true, max: 500, pattern: /^[\x21-\x7e]+$/ })
  readonly clientId?: string;

  @TextField({ optional: true, max: 4_000, pattern: /^[\x21-\x7e]+$/, description: 'Never shown again.' })
  readonly clientSecret?: string;
}

export class UpdateConnectionDto extends PartialType(OmitType(CreateConnectionDto, ['provider'] as const), {
  skipNullProperties: false,
}) {}
