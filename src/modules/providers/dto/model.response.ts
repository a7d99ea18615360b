import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import type {
  LongPromptPrice,
  ModelAbilities,
  ModelPrice,
  TokenPrice,
} from '../catalogue/model-catalogue.js';
import type { ListedModel } from '../providers.types.js';

export class TokenPriceResponse implements TokenPrice {
  @ApiProperty({ type: 'number', example: 0.75 })
  readonly input!: number;

  @ApiProperty({
    type: 'number',
    required: false,
    example: 0.075,
    description: "Tokens from the provider's cache.",
  })
  readonly cachedInput?: number;

  @ApiProperty({ type: 'number', example: 4.5 })
  readonly output!: number;
}

export class LongPromptPriceResponse extends TokenPriceResponse implements LongPromptPrice {
  @ApiProperty({ type: 'integer', example: 200_000, description: 'The longest prompt of the usual price.' })
  readonly above!: number;
}

export class ModelPriceResponse extends TokenPriceResponse implements ModelPrice {
  @ApiProperty({
    ...{ type: () => LongPromptPriceResponse, required: false },
    description: 'What all tokens of a call with a longer prompt cost.',
  })
  readonly longPrompt?: LongPromptPriceResponse;

  @ApiProperty({ type: 'string', format: 'date', example: '2026-06-15' })
  readonly asOf!: string;

  @ApiProperty({ type: 'string', example: 'https://developers.openai.com/api/docs/pricing' })
  readonly source!: string;
}

export class ModelAbilitiesResponse implements ModelAbilities {
  @ApiProperty({ type: 'boolean' })
  readonly tools!: boolean;

  @ApiProperty({ type: 'boolean' })
  readonly structuredOutput!: boolean;

  @ApiProperty({ type: 'boolean' })
  readonly vision!: boolean;

  @ApiProperty({ type: 'boolean' })
  readonly reasoning!: boolean;
}

export class ModelResponse implements ListedModel {
  @ApiProperty({ type: 'string', example: 'openai' })
  readonly provider!: string;

  @ApiProperty({ type: 'string', example: 'gpt-5.4-mini' })
  readonly name!: string;

  @ApiProperty({
    type: 'boolean',
    description: 'Whether the workspace, or this installation, has what the provider needs.',
  })
  readonly configured!: boolean;

  @ApiProperty({ type: 'boolean', description: 'Whether the workspace has said something of it.' })
  readonly isOwn!: boolean;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 400_000,
    description: 'Tokens of question, sources, history and answer together; null when not known.',
  })
  readonly contextWindow!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 128_000 })
  readonly maxOutputTokens!: number | null;

  @ApiProperty({ type: () => ModelAbilitiesResponse, nullable: true })
  readonly abilities!: ModelAbilitiesResponse | null;

  @ApiProperty({
    type: () => ModelPriceResponse,
    nullable: true,
    description: 'US dollars for a million tokens; null when not known, which is not the same as nothing.',
  })
  readonly price!: ModelPriceResponse | null;

  static from(model: ListedModel): ModelResponse {
    const { provider, name, configured, isOwn, contextWindow, maxOutputTokens, abilities, price } = model;
    return { provider, name, configured, isOwn, contextWindow, maxOutputTokens, abilities, price };
  }
}

export class ModelPage extends pageOf(ModelResponse) {}
