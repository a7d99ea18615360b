import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { validateSync } from 'class-validator';
import { AppConfig } from './app-config.js';
import { ConfigProblems } from './config-problems.js';
import { localSecrets } from './local-secrets.js';
import { LoggingConfig } from './logging.config.js';
import { type SettingDefinition, settingsOf } from './setting.decorator.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const KNOWN_BAD_SECRET = /^(.)\1*$|change|example|default|secret|password/i;

function parse(setting: SettingDefinition, raw: string): unknown {
  switch (setting.kind) {
    case 'text':
      return raw;
    case 'integer':
      return /^-?\d+$/.test(raw.trim()) ? Number(raw) : Number.NaN;
    case 'boolean':
      return { true: true, '1': true, false: false, '0': false }[raw.trim().toLowerCase()] ?? raw;
    case 'list':
      return raw
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
  }
}

function fill(section: object, env: Environment): void {
  for (const setting of settingsOf(section.constructor)) {
    const raw = env[setting.variable];
    if (raw !== undefined && raw !== '') Reflect.set(section, setting.field, parse(setting, raw));
  }
}

function problemsOf(section: object, env: Environment): string[] {
  const settings = new Map(settingsOf(section.constructor).map((setting) => [setting.field, setting]));
  return validateSync(section, { skipMissingProperties: true }).flatMap((error) => {
    const setting = settings.get(error.property);
    if (!setting) return [];
    const shown = setting.secret ? 'a secret' : JSON.stringify(env[setting.variable]);
    const reasons = Object.values(error.constraints ?? {}).map((text) =>
      text.replace(`${error.property} `, ''),
    );
    return reasons.map((reason) => `${setting.variable} (${shown}) ${reason}`);
  });
}

function weakSecret(variable: string, value: string | undefined): string[] {
  if (!value) return [`${variable} is required when NODE_ENV=production and DATABASE_URL is set`];
  return KNOWN_BAD_SECRET.test(value)
    ? [`${variable} looks like a default or example value; use 32 random characters or more`]
    : [];
}

function providerProblems({ providers }: AppConfig): string[] {
  const { openAiApiKey, openAiBaseUrl, geminiApiKey, geminiBaseUrl, embeddings } = providers;
  const reachable = new Map([
    ['openai', openAiApiKey ?? openAiBaseUrl],
    ['gemini', geminiApiKey ?? geminiBaseUrl],
  ]);
  const isMissing = reachable.has(embeddings) && reachable.get(embeddings) === undefined;
  const prefix = embeddings.toUpperCase();
  return isMissing ? [`EMBEDDINGS (${embeddings}) needs ${prefix}_API_KEY or ${prefix}_BASE_URL`] : [];
}

function bucketProblems({ bucket }: AppConfig): string[] {
  const { name, accessKeyId, secretAccessKey, endpoint, prefix } = bucket;
  if (name === undefined) {
    const isHalfSet = [accessKeyId, secretAccessKey, endpoint, prefix].some((value) => value !== undefined);
    return isHalfSet ? ['STORAGE_S3_BUCKET is missing, although other settings of STORAGE_S3 are there'] : [];
  }
  const keys = { STORAGE_S3_ACCESS_KEY_ID: accessKeyId, STORAGE_S3_SECRET_ACCESS_KEY: secretAccessKey };
  return Object.entries(keys)
    .filter(([, value]) => value === undefined)
    .map(([variable]) => `STORAGE_S3_BUCKET (${name}) needs ${variable}`);
}

function secretProblems(config: AppConfig): string[] {
  if (config.server.environment !== 'production' || !config.database.url) return [];
  return [
    ...weakSecret('JWT_SECRET', config.security.jwtSecret),
    ...weakSecret('ENCRYPTION_KEY', config.security.encryptionKey),
  ];
}

/** Reads `.env` of the working directory, when there is one, under the real environment. */
function processEnvironment(): Environment {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** Whether the process is to be traced, for who has to know before all else. `loadConfig` tells of wrong values. */
export function wantsTracing(env: Environment = processEnvironment()): boolean {
  const logging = new LoggingConfig();
  fill(logging, env);
  // A value that is neither is kept as it was written.
  return String(logging.traceEnabled) === 'true';
}

/**
 * Reads and checks every setting once.
 *
 * @param env what to read instead of the process environment (tests).
 * @throws ConfigProblems naming all that is wrong.
 */
export function loadConfig(env: Environment = processEnvironment()): AppConfig {
  const config = new AppConfig();
  const sections = config.sections();
  sections.forEach((section) => {
    fill(section, env);
  });
  const problems = [
    ...sections.flatMap((section) => problemsOf(section, env)),
    ...secretProblems(config),
    ...providerProblems(config),
    ...bucketProblems(config),
  ];
  if (problems.length > 0) throw new ConfigProblems(problems);
  config.storage.dataDir = resolve(config.storage.dataDir);
  if (!config.security.jwtSecret || !config.security.encryptionKey) {
    const secrets = localSecrets(config.storage.dataDir);
    config.security.jwtSecret ||= secrets.jwtSecret;
    config.security.encryptionKey ||= secrets.encryptionKey;
  }
  return config;
}
