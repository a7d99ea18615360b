import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Matches, Max, Min } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** Where the HTTP server listens and how much it takes. */
export class ServerConfig {
  /** TCP port of the API; 0 takes a free one. */
  @Setting('PORT', 'integer')
  @IsInt()
  @Min(0)
  @Max(65_535)
  port = 3000;

  /** Address to bind; `0.0.0.0` opens the API to the network. */
  @Setting('HOST')
  @IsString()
  @IsNotEmpty()
  host = '127.0.0.1';

  /** Where people reach the API, as in `https://bots.example.com`: links in letters begin with it. By default HOST and PORT. */
  @Setting('PUBLIC_URL')
  @IsOptional()
  @IsString()
  @Matches(/^https?:\/\/[^\s/?#]+(?:\/[^\s?#]*)?$/, { message: 'must begin with http:// or https://' })
  publicUrl?: string;

  /** TCP port of a worker's health and metrics; 0 takes a free one, without it a worker listens nowhere. */
  @Setting('WORKER_PORT', 'integer')
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(65_535)
  workerPort?: number;

  /** Node's environment; `production` with `DATABASE_URL` demands own secrets. */
  @Setting('NODE_ENV')
  @IsIn(['development', 'test', 'production'], { message: 'must be development, test or production' })
  environment = 'development';

  /** Largest JSON body that is read, in bytes. */
  @Setting('BODY_LIMIT_BYTES', 'integer')
  @IsInt()
  @Min(1_024)
  @Max(10_485_760)
  bodyLimitBytes = 1_048_576;

  /** Most connections that one process has open; more are closed at once. An idle stream takes about 64 KiB of memory. */
  @Setting('MAX_CONNECTIONS', 'integer')
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  maxConnections = 10_000;

  /** Whether a reverse proxy in front sets `X-Forwarded-For`; how many of them. */
  @Setting('TRUSTED_PROXIES', 'integer')
  @IsInt()
  @Min(0)
  @Max(10)
  trustedProxies = 0;

  /**
   * How long a process that was asked to stop still takes requests, in milliseconds: longer than the balancer in front
   * needs to notice that `/health/ready` answers 503.
   */
  @Setting('SHUTDOWN_DELAY_MS', 'integer')
  @IsInt()
  @Min(0)
  @Max(600_000)
  shutdownDelayMs = 5_000;

  /** How long a stopping process then lets requests, streams and jobs finish, in milliseconds. */
  @Setting('DRAIN_TIMEOUT_MS', 'integer')
  @IsInt()
  @Min(0)
  @Max(600_000)
  drainTimeoutMs = 8_000;
}
