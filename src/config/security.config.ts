import { IsInt, IsOptional, IsString, Max, Min, MinLength } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** Secrets and limits. */
export class SecurityConfig {
  /** Signs access tokens; generated into `DATA_DIR` when not set. */
  @Setting('JWT_SECRET', 'text', { secret: true })
  @IsOptional()
  @IsString()
  @MinLength(32, { message: 'must have at least 32 characters' })
  jwtSecret!: string;

  /** Encrypts stored secrets (AES-256-GCM, key derived by HKDF); generated into `DATA_DIR` when not set. */
  @Setting('ENCRYPTION_KEY', 'text', { secret: true })
  @IsOptional()
  @IsString()
  @MinLength(32, { message: 'must have at least 32 characters' })
  encryptionKey!: string;

  /** Keys that `ENCRYPTION_KEY` had before: they open what they sealed, until `npm run rotate-keys` has sealed it anew. */
  @Setting('ENCRYPTION_KEYS_PREVIOUS', 'list', { secret: true })
  @IsString({ each: true })
  @MinLength(32, { each: true, message: 'must each have at least 32 characters' })
  previousEncryptionKeys: string[] = [];

  /** Lifetime of an access token, in seconds. */
  @Setting('ACCESS_TOKEN_TTL_SECONDS', 'integer')
  @IsInt()
  @Min(60)
  @Max(86_400)
  accessTokenTtlSeconds = 900;

  /** Lifetime of an unused refresh token, in days. */
  @Setting('REFRESH_TOKEN_TTL_DAYS', 'integer')
  @IsInt()
  @Min(1)
  @Max(365)
  refreshTokenTtlDays = 30;

  /** Requests a minute that one user or API key may make. */
  @Setting('RATE_LIMIT_PER_MINUTE', 'integer')
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  rateLimitPerMinute = 6_000;

  /** Sign-in and sign-up attempts a minute from one address. */
  @Setting('AUTH_RATE_LIMIT_PER_MINUTE', 'integer')
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  authRateLimitPerMinute = 60;
}
