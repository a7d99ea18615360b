import { ApiProperty } from '@nestjs/swagger';
import type { Readiness } from './health.service.js';

export class LivenessResponse {
  @ApiProperty({ type: 'string', enum: ['up'] })
  readonly status!: 'up';
}

export class ReadinessResponse {
  @ApiProperty({ type: 'string', enum: ['ready', 'not_ready'] })
  readonly status!: 'ready' | 'not_ready';

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['up', 'down'] },
    example: { database: 'up', jobs: 'up' },
  })
  readonly dependencies!: Readonly<Record<string, string>>;

  static from({ ready, dependencies }: Readiness): ReadinessResponse {
    return { status: ready ? 'ready' : 'not_ready', dependencies };
  }
}
