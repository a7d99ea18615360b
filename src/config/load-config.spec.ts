import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ConfigProblems } from './config-problems.js';
import { loadConfig, wantsTracing } from './load-config.js';

const newDataDir = (): string => mkdtempSync(join(tmpdir(), 'colloquy-config-'));
const SECRET = 'dGhpcyBpcyByYW5kb20gZW5vdWdoIDEyMzQ1Njc4OTA';

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigProblems) return error.problems;
    throw error;
  }
}

describe('loadConfig', () => {
  it('needs nothing to be set', () => {
    const config = loadConfig({ DATA_DIR: newDataDir() });

    expect(config.server).toMatchObject({ port: 3000, host: '127.0.0.1' });
    expect(config.database.url).toBeUndefined();
  });

  it('reports every wrong setting at once and in words', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      LOG_LEVEL: 'loud',
      OUTBOUND_ALLOW: 'localhost',
      REDIS_URL: 'http://x',
    });

    expect(problems).toHaveLength(6);
    expect(problems.join('\n')).toContain('PORT ("eighty")');
    expect(problems.join('\n')).toContain('LOG_LEVEL ("loud") must be one of fatal');
    expect(problems.join('\n')).toContain(
      'OUTBOUND_ALLOW ("localhost") must be a comma-separated list of host:port',
    );
    expect(problems.join('\n')).toContain('REDIS_URL (a secret) must look like redis://host:6379');
  });

  it('misses the key of the provider that is to embed', () => {
    expect(problemsOf({ EMBEDDINGS: 'openai' })).toEqual([
      'EMBEDDINGS (openai) needs OPENAI_API_KEY or OPENAI_BASE_URL',
    ]);
    expect(problemsOf({ EMBEDDINGS: 'gemini' })).toEqual([
      'EMBEDDINGS (gemini) needs GEMINI_API_KEY or GEMINI_BASE_URL',
    ]);
  });

  it('opens a bucket only with its name and both its keys', () => {
    const keys = { STORAGE_S3_ACCESS_KEY_ID: 'key', STORAGE_S3_SECRET_ACCESS_KEY: 'secret-of-the-bucket' };

    expect(problemsOf({ STORAGE_S3_BUCKET: 'files' })).toEqual([
      'STORAGE_S3_BUCKET (files) needs STORAGE_S3_ACCESS_KEY_ID',
      'STORAGE_S3_BUCKET (files) needs STORAGE_S3_SECRET_ACCESS_KEY',
    ]);
    expect(problemsOf(keys)).toEqual([
      'STORAGE_S3_BUCKET is missing, although other settings of STORAGE_S3 are there',
    ]);
    expect(
      problemsOf({
        ...keys,
        STORAGE_S3_BUCKET: 'a/b',
        STORAGE_S3_ENDPOINT: 'minio',
        STORAGE_S3_PREFIX: '/../',
      }),
    ).toHaveLength(3);
    const { bucket } = loadConfig({ DATA_DIR: newDataDir(), STORAGE_S3_BUCKET: 'files', ...keys });
    expect(bucket).toMatchObject({ name: 'files', region: 'us-east-1', hasPathStyle: true });
  });

  it('never shows the value of a secret', () => {
    const problems = problemsOf({ JWT_SECRET: 'hunter2', DATABASE_URL: 'mysql://root:hunter2@db/x' });

    expect(problems).toHaveLength(2);
    expect(problems.join('\n')).not.toContain('hunter2');
  });

  it('makes the secrets of an embedded installation once, readable by the owner alone', () => {
    const dataDir = newDataDir();

    const first = loadConfig({ DATA_DIR: dataDir });
    const second = loadConfig({ DATA_DIR: dataDir });

    expect(first.security.jwtSecret).toHaveLength(43);
    expect(second.security.jwtSecret).toBe(first.security.jwtSecret);
    expect(second.security.encryptionKey).toBe(first.security.encryptionKey);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).toContain(first.security.jwtSecret);
  });

  const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://db/colloquy' };

  it('demands own secrets in production on a database server', () => {
    expect(problemsOf(production)).toEqual([
      'JWT_SECRET is required when NODE_ENV=production and DATABASE_URL is set',
      'ENCRYPTION_KEY is required when NODE_ENV=production and DATABASE_URL is set',
    ]);
  });

  it.each(['change-me-please-change-me-please-0', 'a'.repeat(40)])(
    'refuses the default-like secret %s',
    (weak) => {
      const problems = problemsOf({ ...production, JWT_SECRET: weak, ENCRYPTION_KEY: SECRET });

      expect(problems).toEqual([expect.stringContaining('JWT_SECRET looks like a default')]);
    },
  );

  it('starts in production with good secrets', () => {
    const env = { ...production, DATA_DIR: newDataDir(), JWT_SECRET: SECRET, ENCRYPTION_KEY: SECRET };

    expect(loadConfig(env).security.jwtSecret).toBe(SECRET);
  });

  it('reads lists and numbers', () => {
    const config = loadConfig({
      DATA_DIR: newDataDir(),
      OUTBOUND_ALLOW: ' 127.0.0.1:8080 , intranet.local:80,[::1]:9000',
      PORT: '0',
      DD_TRACE_ENABLED: 'true',
    });

    expect(config.outbound.allow).toEqual(['127.0.0.1:8080', 'intranet.local:80', '[::1]:9000']);
    expect(config.server.port).toBe(0);
    expect(config.logging.traceEnabled).toBe(true);
  });
});

describe('wantsTracing', () => {
  it.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['', false],
    ['maybe', false],
  ])('takes DD_TRACE_ENABLED=%s for %s', (value, wanted) => {
    expect(wantsTracing({ DD_TRACE_ENABLED: value })).toBe(wanted);
  });
});
