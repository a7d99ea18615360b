import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import { PROVIDERS, type ProviderFacts } from '../catalogue/provider-catalogue.js';

export class ProviderResponse {
  @ApiProperty({
    type: 'string',
    example: 'azure-openai',
    description: 'As it stands in `model.provider` of a bot.',
  })
  readonly id!: string;

  @ApiProperty({ type: 'string', example: 'Azure OpenAI' })
  readonly label!: string;

  @ApiProperty({ type: 'boolean', description: 'Whether it refuses calls without a key.' })
  readonly needsKey!: boolean;

  @ApiProperty({ type: 'boolean', description: 'Whether a credential has to name its address.' })
  readonly needsBaseUrl!: boolean;

  @ApiProperty({
    type: 'string',
    nullable: true,
    example: 'https://your-resource.openai.azure.com/openai/v1',
  })
  readonly baseUrlExample!: string | null;

  @ApiProperty({
    type: 'boolean',
    description: 'Whether the workspace, or this installation, has what it needs.',
  })
  readonly configured!: boolean;

  static from(
    { id, label, needsKey, adapter, baseUrl, baseUrlExample }: ProviderFacts,
    configured: boolean,
  ): ProviderResponse {
    const needsBaseUrl = adapter !== 'local' && baseUrl === null;
    return { id, label, needsKey, needsBaseUrl, baseUrlExample: baseUrlExample ?? baseUrl, configured };
  }

  static all(isConfigured: (provider: string) => boolean): ProviderResponse[] {
    return PROVIDERS.map((facts) => ProviderResponse.from(facts, isConfigured(facts.id)));
  }
}

export class ProviderPage extends pageOf(ProviderResponse) {}
