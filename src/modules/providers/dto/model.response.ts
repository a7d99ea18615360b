import { ApiProperty } from '@nestjs/swagger';
import { pageOf } from '#common/validation';
import type { ListedModel } from '../providers.types.js';

export class ModelResponse {
  @ApiProperty({ type: 'string', example: 'local' })
  readonly provider!: string;

  @ApiProperty({ type: 'string', example: 'extractive' })
  readonly name!: string;

  @ApiProperty({ type: 'boolean', description: 'Whether this installation has what the provider needs.' })
  readonly configured!: boolean;

  static from({ provider, name, configured }: ListedModel): ModelResponse {
    return { provider, name, configured };
  }
}

export class ModelPage extends pageOf(ModelResponse) {}
