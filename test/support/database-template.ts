import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PGlite } from '@electric-sql/pglite';
import { embeddedOptions, openPglite } from '#common/database';
import { migrate } from './migrate.js';
import { migrationsFingerprint } from './migrations-fingerprint.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'node_modules', '.cache', 'colloquy');
const POLL_MS = 50;

async function migratedDump(): Promise<Buffer> {
  const pglite = await openPglite({});
  return migrate(
    embeddedOptions(() => Promise.resolve(pglite)),
    async () => Buffer.from(await (await pglite.dumpDataDir('none')).arrayBuffer()),
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function dropLockOfTheDead(lock: string): void {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true });
  } catch {
    // The holder has let go in between.
  }
}

function dropOldTemplates(): void {
  const names = readdirSync(folder).filter((name) => name.endsWith('.tar'));
  names.forEach((name) => {
    rmSync(join(folder, name), { force: true });
  });
}

async function makeTemplate(file: string): Promise<void> {
  dropOldTemplates();
  const unfinished = `${file}.${String(process.pid)}`;
  writeFileSync(unfinished, await migratedDump());
  renameSync(unfinished, file);
}

/** Makes the template once; workers that need it at the same time wait for the first. */
async function templateFile(): Promise<string> {
  const file = join(folder, `postgres-${migrationsFingerprint()}.tar`);
  const lock = `${file}.lock`;
  mkdirSync(folder, { recursive: true });
  while (!existsSync(file)) {
    if (takeLock(lock)) {
      try {
        if (!existsSync(file)) await makeTemplate(file);
      } finally {
        rmSync(lock, { force: true });
      }
    } else {
      await sleep(POLL_MS);
      dropLockOfTheDead(lock);
    }
  }
  return file;
}

/** Opens a fresh in-memory database that has every migration. */
export async function openMigratedPglite(): Promise<PGlite> {
  const template = readFileSync(await templateFile());
  return openPglite({ loadDataDir: new Blob([template]) });
}
