import { randomBytes } from 'node:crypto';
import { describe } from '@jest/globals';
import pg from 'pg';
import { embeddedOptions, type OrmOptions, serverOptions } from '#common/database';
import { openMigratedPglite } from './database-template.js';
import { copyMigratedDatabase } from './server-template.js';
import { skipLoudly } from './skip-loudly.js';

/** A migrated, empty database that nobody else uses. */
export interface PreparedDatabase {
  /** For `MikroORM.init` or `DatabaseModule.with`; closing the ORM closes an embedded database. */
  readonly options: OrmOptions;
  /** More ORMs on the same database, as other processes would have; absent where only one can be. */
  readonly url?: string;
  /** Removes the database, after every ORM on it was closed. */
  drop(): Promise<void>;
}

/** A kind of database that a suite can run on. */
export interface DatabaseTarget {
  readonly name: 'PGlite' | 'Postgres';
  prepare(): Promise<PreparedDatabase>;
}

/** In memory, opened from a template that has been migrated once. Always there. */
export const pgliteTarget: DatabaseTarget = {
  name: 'PGlite',
  prepare: () =>
    Promise.resolve({ options: embeddedOptions(openMigratedPglite), drop: () => Promise.resolve() }),
};

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A database of its own on the server that `serverUrl` names; the database in that URL is not touched. */
export function postgresTarget(serverUrl: string): DatabaseTarget {
  return {
    name: 'Postgres',
    prepare: async () => {
      const name = `colloquy_test_${process.env['JEST_WORKER_ID'] ?? '0'}_${randomBytes(4).toString('hex')}`;
      const url = new URL(serverUrl);
      url.pathname = `/${name}`;
      const options = serverOptions({ url: url.href, poolSize: 10, prepareStatements: true });
      await copyMigratedDatabase(serverUrl, name);
      return {
        options,
        url: url.href,
        drop: () => onServer(serverUrl, `drop database if exists ${name} with (force)`),
      };
    },
  };
}

/** The databases of this run: PGlite, and Postgres where `TEST_DATABASE_URL` names a server. */
export function testDatabases(): readonly DatabaseTarget[] {
  const serverUrl = process.env['TEST_DATABASE_URL'];
  return serverUrl ? [pgliteTarget, postgresTarget(serverUrl)] : [pgliteTarget];
}

/** Runs a suite on Postgres where `TEST_DATABASE_URL` names a server; else says that it does not. */
export function describeOnPostgres(name: string, suite: (target: DatabaseTarget) => void): void {
  const serverUrl = process.env['TEST_DATABASE_URL'];
  if (!serverUrl) {
    skipLoudly(name, 'TEST_DATABASE_URL');
    return;
  }
  describe(name, () => {
    suite(postgresTarget(serverUrl));
  });
}

/** Runs a suite on PGlite and, where `TEST_DATABASE_URL` names a server, on Postgres; else says that it does not. */
export function describeOnEachDatabase(name: string, suite: (target: DatabaseTarget) => void): void {
  testDatabases().forEach((target) => {
    describe(`${name} on ${target.name}`, () => {
      suite(target);
    });
  });
  if (!process.env['TEST_DATABASE_URL']) skipLoudly(`${name} on Postgres`, 'TEST_DATABASE_URL');
}
