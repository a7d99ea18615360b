import { type EntityManager, MikroORM } from '@mikro-orm/core';
import { type OrmOptions, Sql, Tenancy, UnitOfWork } from '#common/database';
import { type DatabaseTarget, pgliteTarget } from './database-targets.js';

export {
  type DatabaseTarget,
  describeOnEachDatabase,
  pgliteTarget,
  testDatabases,
} from './database-targets.js';

export interface TestDatabaseOptions {
  /** Entities of the module under test. */
  readonly entities?: OrmOptions['entities'];
  /** Where it lives; PGlite when not given. */
  readonly target?: DatabaseTarget;
}

/** A migrated database and what repositories and services need to work on it. */
export interface TestDatabase {
  readonly orm: MikroORM;
  readonly em: EntityManager;
  readonly sql: Sql;
  readonly unitOfWork: UnitOfWork;
  readonly tenancy: Tenancy;
  /** Connection string, for more processes on the same database; only on Postgres. */
  readonly url?: string;
  /** Empties every table. */
  truncate(): Promise<void>;
  close(): Promise<void>;
}

const KEPT_TABLES = ['migrations'];

async function tablesOf(sql: Sql): Promise<string[]> {
  const rows = await sql.acrossWorkspaces<{ tablename: string }>(
    'lists tables to clean',
    `select tablename from pg_tables where schemaname = 'public' order by tablename`,
  );
  return rows.map((row) => row.tablename).filter((name) => !KEPT_TABLES.includes(name));
}

/** Opens a database of its own for one suite: `beforeAll` opens, `beforeEach` truncates, `afterAll` closes. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const prepared = await (options.target ?? pgliteTarget).prepare();
  const orm = await MikroORM.init({ ...prepared.options, entities: options.entities ?? [] });
  const sql = new Sql(orm.em);
  const tables = (await tablesOf(sql)).map((name) => `"${name}"`).join(', ');
  return {
    orm,
    em: orm.em,
    sql,
    unitOfWork: new UnitOfWork(orm.em),
    tenancy: new Tenancy(orm.em),
    ...(prepared.url ? { url: prepared.url } : {}),
    truncate: async () => {
      await sql.acrossWorkspaces('cleans a test database', `truncate ${tables} cascade`);
    },
    close: async () => {
      await orm.close();
      await prepared.drop();
    },
  };
}
