import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import { ModelPriceResponse } from '../../dto/model.response.js';
import { CHAT_APIS, type ChatApi } from '../../ports/chat-model.port.js';
import type { ModelOverride } from '../model-overrides.types.js';

export class ModelOverrideResponse implements ModelOverride {
  @ApiProperty({ type: 'string', format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'openai-compatible' })
  readonly provider!: string;

  @ApiProperty({ type: 'string', example: 'support-model' })
  readonly name!: string;

  @ApiProperty({ type: 'integer', nullable: true, example: 32_768 })
  readonly contextWindow!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 8_192 })
  readonly maxOutputTokens!: number | null;

  @ApiProperty({ type: () => ModelPriceResponse, nullable: true })
  readonly price!: ModelPriceResponse | null;

  @ApiProperty({
    ...{ type: 'string', enum: [...CHAT_APIS, null], nullable: true, example: 'responses' },
    description: 'Null: the one that suits the model best.',
  })
  readonly api!: ChatApi | null;

  static from({
    id,
    provider,
    name,
    contextWindow,
    maxOutputTokens,
    price,
    api,
  }: ModelOverride): ModelOverrideResponse {
    return { id, provider, name, contextWindow, maxOutputTokens, price, api };
  }
}

export class ModelOverridePage extends pageOf(ModelOverrideResponse) {}
