import { ChoiceField, ObjectListField, TextField } from '#common/validation';
import { CREDENTIAL_PROVIDERS } from '../../catalogue/provider-catalogue.js';
import type { CredentialDraft, CustomHeader } from '../credentials.types.js';

export class HeaderDto implements CustomHeader {
  @TextField({ max: 100, pattern: /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, example: 'x-team' })
  readonly name!: string;

  @TextField({ max: 4_000, pattern: /^[\x20-\x7e]+$/, example: 'support' })
  readonly value!: string;
}

export class CreateCredentialDto implements CredentialDraft {
  @ChoiceField(CREDENTIAL_PROVIDERS, { name: 'CredentialProvider', example: 'openai' })
  readonly provider!: string;

  @TextField({ max: 120, example: 'Team account' })
  readonly label!: string;

  @TextField({
    optional: true,
    max: 2_000,
    pattern: /^[\x21-\x7e]+$/,
    example: 'sk-replace-with-a-real-key',
    description: 'The key. It is never shown again, but for its last four characters.',
  })
  readonly secret?: string;

  @TextField({
    optional: true,
    max: 2_000,
    format: 'uri',
    example: 'https://models.example.com/v1',
    description: "In place of the provider's own address. A private address has to be in `OUTBOUND_ALLOW`.",
  })
  readonly baseUrl?: string;

  @ObjectListField(() => HeaderDto, {
    optional: true,
    maxItems: 20,
    description: 'Headers that are sent with each call. Their values are kept as the key is.',
  })
  readonly headers?: HeaderDto[];
}
