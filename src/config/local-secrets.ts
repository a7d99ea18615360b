import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LocalSecrets {
  readonly jwtSecret: string;
  readonly encryptionKey: string;
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

function readSecrets(file: string): LocalSecrets {
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Partial<LocalSecrets>;
  if (!stored.jwtSecret || !stored.encryptionKey) throw new Error(`${file} is damaged: it lacks a secret.`);
  return { jwtSecret: stored.jwtSecret, encryptionKey: stored.encryptionKey };
}

/**
 * The secrets of an installation that sets none: made once into `secrets.json` (mode 0600) of the data folder.
 * Two processes that start together agree, because only one of them can create the file.
 */
export function localSecrets(dataDir: string): LocalSecrets {
  const file = join(dataDir, 'secrets.json');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const fresh: LocalSecrets = {
    jwtSecret: randomBytes(32).toString('base64url'),
    encryptionKey: randomBytes(32).toString('base64url'),
  };
  try {
    writeFileSync(file, JSON.stringify(fresh), { mode: 0o600, flag: 'wx' });
    return fresh;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return readSecrets(file);
  }
}
