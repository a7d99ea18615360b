import { MikroORM } from '@mikro-orm/core';
import type { INestApplicationContext } from '@nestjs/common';
import { type AppConfig, ConfigProblems, loadConfig } from '#config';
import { DataDirInUse, lockDataDir } from '#common/database';

/** The database has not been brought up to date for this version. */
export class MigrationsPending extends Error {
  constructor(names: readonly string[]) {
    super(
      `The database lacks ${names.length} migration(s). Run \`npm run migrate\` first: ${names.join(', ')}`,
    );
    this.name = 'MigrationsPending';
  }
}

const EXPECTED_FAILURES = [ConfigProblems, DataDirInUse, MigrationsPending];

/** Tells a person at the terminal; stdout stays for logs. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Loads the settings and, where the database is embedded, makes sure that no other process has it open. */
export async function prepareProcess(): Promise<AppConfig> {
  const config = loadConfig();
  if (!config.database.url) await lockDataDir(config.storage.dataDir);
  return config;
}

/** Brings an embedded database up to date; refuses to run on a server's that is not. */
export async function prepareDatabase(app: INestApplicationContext, config: AppConfig): Promise<void> {
  const { migrator } = app.get(MikroORM);
  const pending = await migrator.getPending();
  if (pending.length === 0) return;
  if (config.database.url) throw new MigrationsPending(pending.map(({ name }) => name));
  tell('Preparing the database, once for this version: 5 to 15 seconds ...');
  await migrator.up();
}

/** Runs a process; a failure to start is told in words and ends it with status 1. */
export function runProcess(start: () => Promise<void>): void {
  start().catch((error: unknown) => {
    const isExpected = EXPECTED_FAILURES.some((kind) => error instanceof kind);
    tell(isExpected ? (error as Error).message : `Colloquy could not start: ${describe(error)}`);
    process.exit(1);
  });
}

function describe(error: unknown): string {
  if (isErrno(error, 'EADDRINUSE'))
    return 'the port is taken. Set PORT to another one, or to 0 for any free one.';
  if (isErrno(error, 'EACCES')) return `it may not use ${error.path ?? 'that port'}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Calls `stop` once when the process is asked to end, and ends it then. */
export function onStopSignal(stop: (signal: NodeJS.Signals) => Promise<void>): void {
  let stopping = false;
  const handle = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    stop(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        tell(`Colloquy did not stop cleanly: ${describe(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', handle).on('SIGINT', handle);
}

function isErrno(error: unknown, code: string): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && error.code === code;
}
