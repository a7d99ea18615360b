import { IsOptional, IsString, MinLength } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** Who may read how the process is doing. */
export class MetricsConfig {
  /** Bearer secret of `GET /metrics`; without it nothing is measured and the route answers 404. */
  @Setting('METRICS_TOKEN', 'text', { secret: true })
  @IsOptional()
  @IsString()
  @MinLength(16, { message: 'must have at least 16 characters' })
  token?: string;
}
