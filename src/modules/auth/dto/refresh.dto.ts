import { TextField } from '#common/validation';

export class RefreshDto {
  @TextField({ max: 200, description: 'The newest refresh token of the session. It works once.' })
  readonly refreshToken!: string;
}
