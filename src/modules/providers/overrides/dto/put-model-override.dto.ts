import { ChoiceField, IntegerField, NumberField, ObjectField, TextField } from '#common/validation';
import { CREDENTIAL_PROVIDERS } from '../../catalogue/provider-catalogue.js';
import type { ModelPrice } from '../../catalogue/model-catalogue.js';
import { CHAT_APIS, type ChatApi } from '../../ports/chat-model.port.js';
import type { ModelOverrideDraft } from '../model-overrides.types.js';

const MOST_TOKENS = 100_000_000;
const MOST_DOLLARS = 100_000;

export class PriceDto {
  @NumberField({ min: 0, max: MOST_DOLLARS, example: 0.4 })
  readonly input!: number;

  @NumberField({
    optional: true,
    min: 0,
    max: MOST_DOLLARS,
    example: 0.1,
    description: "Tokens from the provider's cache; by default as much as others.",
  })
  readonly cachedInput?: number;

  @NumberField({ min: 0, max: MOST_DOLLARS, example: 1.6 })
  readonly output!: number;
}

export class PutModelOverrideDto {
  @ChoiceField(CREDENTIAL_PROVIDERS, { name: 'CredentialProvider', example: 'azure-openai' })
  readonly provider!: string;

  @TextField({ max: 200, example: 'support-model' })
  readonly name!: string;

  @IntegerField({ optional: true, min: 256, max: MOST_TOKENS, example: 32_768 })
  readonly contextWindow?: number;

  @IntegerField({ optional: true, min: 1, max: MOST_TOKENS, example: 8_192 })
  readonly maxOutputTokens?: number;

  @ObjectField(() => PriceDto, { optional: true, description: 'US dollars for a million tokens.' })
  readonly price?: PriceDto;

  @ChoiceField(CHAT_APIS, {
    ...{ name: 'ChatApi', optional: true, example: 'chat_completions' },
    description: 'How `openai` and `azure-openai` are asked; by default as suits the model best.',
  })
  readonly api?: ChatApi;

  toDraft(): ModelOverrideDraft {
    const { provider, name, contextWindow = null, maxOutputTokens = null, price, api = null } = this;
    const asOf = new Date().toISOString().slice(0, 10);
    const said = price ? priceOf(price, asOf) : null;
    return { provider, name, contextWindow, maxOutputTokens, price: said, api };
  }
}

function priceOf({ input, cachedInput, output }: PriceDto, asOf: string): ModelPrice {
  return {
    input,
    output,
    asOf,
    source: 'the workspace',
    ...(cachedInput === undefined ? {} : { cachedInput }),
  };
}
