import { BrowserConfig } from './browser.config.js';
import { BucketConfig } from './bucket.config.js';
import { DatabaseConfig } from './database.config.js';
import { ExportConfig } from './export.config.js';
import { LoggingConfig } from './logging.config.js';
import { MailConfig } from './mail.config.js';
import { MetricsConfig } from './metrics.config.js';
import { OutboundConfig } from './outbound.config.js';
import { ProvidersConfig } from './providers.config.js';
import { QueueConfig } from './queue.config.js';
import { RetrievalConfig } from './retrieval.config.js';
import { SecurityConfig } from './security.config.js';
import { ServerConfig } from './server.config.js';
import { StorageConfig } from './storage.config.js';
import { ZapierConfig } from './zapier.config.js';

/** All settings of one process, one class a concern. */
export class AppConfig {
  readonly server = new ServerConfig();
  readonly storage = new StorageConfig();
  readonly bucket = new BucketConfig();
  readonly database = new DatabaseConfig();
  readonly queue = new QueueConfig();
  readonly security = new SecurityConfig();
  readonly outbound = new OutboundConfig();
  readonly browser = new BrowserConfig();
  readonly logging = new LoggingConfig();
  readonly mail = new MailConfig();
  readonly metrics = new MetricsConfig();
  readonly providers = new ProvidersConfig();
  readonly retrieval = new RetrievalConfig();
  readonly zapier = new ZapierConfig();
  readonly exports = new ExportConfig();

  sections(): readonly object[] {
    return Object.values(this) as object[];
  }
}
