import { TextField } from '#common/validation';

export class RefreshDto {
  @TextField({
    max: 200,
    example: 'cq_refresh_a1b2c3d4e5f6',
    description: 'The newest refresh token of the session. It works once.',
  })
  readonly refreshToken!: string;
}
