import { ApiProperty } from '@nestjs/swagger';

/** One wrong field. */
export class ProblemField {
  @ApiProperty({ type: 'string', example: 'model.temperature' })
  readonly path!: string;

  @ApiProperty({ type: 'string', example: 'must not be greater than 2' })
  readonly message!: string;
}

/** An error as every route answers it: RFC 9457, `application/problem+json`. */
export class Problem {
  @ApiProperty({ type: 'string', format: 'uri-reference', example: 'about:blank' })
  readonly type!: string;

  @ApiProperty({ type: 'string', example: 'Invalid fields' })
  readonly title!: string;

  @ApiProperty({ type: 'integer', example: 422 })
  readonly status!: number;

  @ApiProperty({ type: 'string', example: 'One or more fields are not valid.' })
  readonly detail!: string;

  @ApiProperty({ type: 'string', example: 'invalid_fields', description: 'Stable; decide by this.' })
  readonly code!: string;

  @ApiProperty({ type: 'string', example: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a' })
  readonly requestId!: string;

  @ApiProperty({ type: () => ProblemField, isArray: true, required: false })
  readonly errors?: readonly ProblemField[];
}
