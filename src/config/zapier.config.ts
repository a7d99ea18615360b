import { IsOptional, IsUrl } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** Where Zapier is. */
export class ZapierConfig {
  /** Base URL in place of Zapier's own, which may be private. */
  @Setting('ZAPIER_BASE_URL')
  @IsOptional()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'must be an http or https URL' },
  )
  baseUrl?: string;
}
