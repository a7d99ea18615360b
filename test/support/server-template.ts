import pg from 'pg';
import { serverOptions } from '#common/database';
import { migrationsFingerprint } from './migrations-fingerprint.js';
import { migrate } from './migrate.js';

const PREFIX = 'colloquy_template_';
/** Whoever makes databases out of a template does so alone. */
const LOCK = 4_711;

/** Makes a database that has every migration, as a copy of one that is migrated once for all suites. */
export async function copyMigratedDatabase(serverUrl: string, name: string): Promise<void> {
  const template = `${PREFIX}${migrationsFingerprint()}`;
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (!rowCount) await makeTemplate(client, serverUrl, template);
    await client.query(`create database ${name} template ${template}`);
  } finally {
    await client.end();
  }
}

/** Takes the templates of other migrations away, and those that were not finished. */
async function makeTemplate(client: pg.Client, serverUrl: string, template: string): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [PREFIX],
  );
  for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
  const unfinished = `${template}_unfinished`;
  await client.query(`create database ${unfinished}`);
  const url = new URL(serverUrl);
  url.pathname = `/${unfinished}`;
  await migrate(serverOptions({ url: url.href, poolSize: 1, prepareStatements: false }), () =>
    Promise.resolve(),
  );
  await client.query(`alter database ${unfinished} rename to ${template}`);
}
