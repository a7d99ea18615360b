import { Matches } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** What the outbound HTTP client may reach. */
export class OutboundConfig {
  /** `host:port` pairs that may be reached although they are private. */
  @Setting('OUTBOUND_ALLOW', 'list')
  @Matches(/^(\[[0-9a-f:.]+\]|[^\s:/[\]]+):\d{1,5}$/i, {
    each: true,
    message: 'must be a comma-separated list of host:port, for example 127.0.0.1:8080,intranet.local:80',
  })
  allow: string[] = [];
}
