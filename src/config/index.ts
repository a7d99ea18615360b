/**
 * Owns every setting: its name, default, check and meaning; nobody else reads the environment.
 * Does not own what is done with a setting.
 * Announces nothing.
 */
export { AppConfig } from './app-config.js';
export { BrowserConfig } from './browser.config.js';
export { ConfigModule } from './config.module.js';
export { ConfigProblems } from './config-problems.js';
export { BucketConfig } from './bucket.config.js';
export { DatabaseConfig } from './database.config.js';
export { ExportConfig } from './export.config.js';
export { type Environment, loadConfig, wantsTracing } from './load-config.js';
export { LoggingConfig } from './logging.config.js';
export { MailConfig } from './mail.config.js';
export { MetricsConfig } from './metrics.config.js';
export { OutboundConfig } from './outbound.config.js';
export { ProvidersConfig } from './providers.config.js';
export { QueueConfig } from './queue.config.js';
export { RetrievalConfig } from './retrieval.config.js';
export { SecurityConfig } from './security.config.js';
export { ServerConfig } from './server.config.js';
export { type SettingDefinition, settingsOf } from './setting.decorator.js';
export { StorageConfig } from './storage.config.js';
export { ZapierConfig } from './zapier.config.js';
