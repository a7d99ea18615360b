import { ApiProperty } from '@nestjs/swagger';

/** The data of the event `error`, the last of a stream that could not come to its good end. */
export class StreamError {
  @ApiProperty({ type: 'string', example: 'provider_timeout', description: 'Stable; decide by this.' })
  readonly code!: string;

  @ApiProperty({ type: 'string', example: 'The model took too long to answer.' })
  readonly message!: string;

  @ApiProperty({ type: 'boolean', description: 'Whether the same call may succeed a little later.' })
  readonly retryable!: boolean;
}
