import type { PGlite } from '@electric-sql/pglite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PGliteDialect,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';

/** How busy the connections to a database are. */
export interface PoolUse {
  readonly inUse: number;
  readonly idle: number;
  /** Pieces of work that wait for a connection. */
  readonly waiting: number;
}

/**
 * A Kysely dialect that gives PGlite's only connection to one user at a time.
 *
 * Kysely's own PGlite driver hands the same connection to everybody: a query of one request then lands inside the
 * transaction of another, and two transactions at once never end. Here a query, or a whole transaction, waits its turn.
 */
export class SerialPgliteDialect extends PGliteDialect {
  readonly #open: () => Promise<PGlite>;
  #driver?: SerialPgliteDriver;

  /** @param open gives the instance; called once, on first use. Closing the dialect closes it. */
  constructor(open: () => Promise<PGlite>) {
    super({ pglite: open });
    this.#open = open;
  }

  override createDriver(): Driver {
    return (this.#driver = new SerialPgliteDriver(this.#open));
  }

  /** Whether the connection is in use, and how many wait for it. */
  use(): PoolUse {
    const users = this.#driver?.users ?? 0;
    return { inUse: Math.min(1, users), idle: users === 0 ? 1 : 0, waiting: Math.max(0, users - 1) };
  }
}

class SerialPgliteDriver implements Driver {
  readonly #open: () => Promise<PGlite>;
  #pglite?: PGlite;
  #connection?: PgliteConnection;
  #tail: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  #users = 0;

  constructor(open: () => Promise<PGlite>) {
    this.#open = open;
  }

  /** Those who have the connection or wait for it. */
  get users(): number {
    return this.#users;
  }

  async init(): Promise<void> {
    this.#pglite = await this.#open();
    this.#connection = new PgliteConnection(this.#pglite);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    this.#users += 1;
    const turn = this.#tail;
    let release: () => void = () => undefined;
    this.#tail = new Promise((resolve) => {
      release = resolve;
    });
    await turn;
    this.#release = release;
    if (!this.#connection) throw new Error('The embedded database is not open.');
    return this.#connection;
  }

  releaseConnection(): Promise<void> {
    this.#users -= 1;
    this.#release();
    return Promise.resolve();
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const isolation = settings.isolationLevel ? ` isolation level ${settings.isolationLevel}` : '';
    await connection.executeQuery(CompiledQuery.raw(`begin${isolation}`));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint "${name}"`));
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to "${name}"`));
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release "${name}"`));
  }

  async destroy(): Promise<void> {
    await this.#tail;
    if (this.#pglite && !this.#pglite.closed) await this.#pglite.close();
  }
}

class PgliteConnection implements DatabaseConnection {
  readonly #pglite: PGlite;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, affectedRows } = await this.#pglite.query<R>(query.sql, [...query.parameters]);
    return { rows, numAffectedRows: BigInt(affectedRows ?? 0) };
  }

  // PGlite gives a result as a whole, so that a stream is one chunk.
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }
}
