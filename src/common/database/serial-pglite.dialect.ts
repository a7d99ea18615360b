import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { PGlite, Results } from '@electric-sql/pglite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PGliteAdapter,
  PGliteDialect,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import { Logger } from '@nestjs/common';
import { copyFromBlob, isCopyIn } from './copy-in.js';
import type { DiskSpace } from './disk-space.js';
import { ReleasingDriver } from './releasing.driver.js';

const logger = new Logger('Database');

/** The code of Postgres for a database that cannot be connected to just now. */
const CANNOT_CONNECT_NOW = '57P03';

/** Statements that never write ahead, and so need no space. */
const READS = /^\s*(\/\*[^]*?\*\/\s*)?(select|begin|commit|rollback|show|set)\b/i;

/** Statements run on the main thread, and those of a transaction one after the other: after so long others have a turn. */
const TURN_MS = 5;

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
 *
 * A Postgres that panics ends, and a server would start it again. PGlite, which is this process, would go round and
 * round: it is left as it is and opened anew, which recovers all that was committed.
 */
export class SerialPgliteDialect extends PGliteDialect {
  readonly #open: () => Promise<PGlite>;
  readonly #space: DiskSpace | undefined;
  #driver?: SerialPgliteDriver;

  /**
   * @param open gives the instance; called on first use, and again after a panic. Closing the dialect closes it.
   * @param space of the disk, for a database that lies on one: without enough of it writing is refused.
   */
  constructor(open: () => Promise<PGlite>, space?: DiskSpace) {
    super({ pglite: open });
    this.#open = open;
    this.#space = space;
  }

  override createAdapter(): PGliteAdapter {
    return new SerialAdapter();
  }

  override createDriver(): Driver {
    this.#driver = new SerialPgliteDriver(this.#open, this.#space);
    return new ReleasingDriver(this.#driver);
  }

  /** Whether the connection is in use, and how many wait for it. */
  use(): PoolUse {
    const users = this.#driver?.users ?? 0;
    return { inUse: Math.min(1, users), idle: users === 0 ? 1 : 0, waiting: Math.max(0, users - 1) };
  }
}

/** Keeps Kysely from putting its users in line itself: its line ends for ever where one of them fails to connect. */
class SerialAdapter extends PGliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

class SerialPgliteDriver implements Driver {
  #connection?: PgliteConnection;
  #tail: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  #users = 0;

  constructor(
    private readonly open: () => Promise<PGlite>,
    private readonly space?: DiskSpace,
  ) {}

  /** Those who have the connection or wait for it. */
  get users(): number {
    return this.#users;
  }

  async init(): Promise<void> {
    this.#connection = await this.#connect();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    this.#users += 1;
    const turn = this.#tail;
    const { promise, resolve: release } = Promise.withResolvers<void>();
    this.#tail = promise;
    await turn;
    try {
      if (!this.#connection) throw new Error('The embedded database is not open.');
      if (this.#connection.isBroken) this.#connection = await this.#recover();
      this.#release = release;
      return this.#connection;
    } catch (error) {
      release();
      throw error;
    }
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
    await this.#connection?.close();
  }

  async #connect(): Promise<PgliteConnection> {
    return new PgliteConnection(await this.open(), this.space);
  }

  async #recover(): Promise<PgliteConnection> {
    this.space?.assertEnough();
    try {
      const connection = await this.#connect();
      logger.warn('The embedded database was opened again');
      return connection;
    } catch (error) {
      logger.error({ err: error }, 'The embedded database cannot be opened again');
      throw new CannotConnectNow();
    }
  }
}

/** The embedded database has panicked and is not open yet. */
class CannotConnectNow extends Error {
  readonly code = CANNOT_CONNECT_NOW;

  constructor() {
    super('The embedded database is not open just now.');
    this.name = 'CannotConnectNow';
  }
}

class PgliteConnection implements DatabaseConnection {
  readonly #pglite: PGlite;
  readonly #space: DiskSpace | undefined;
  #isBroken = false;
  #turnBegan = 0;

  constructor(pglite: PGlite, space?: DiskSpace) {
    this.#pglite = pglite;
    this.#space = space;
  }

  /** After a panic: no further call may be made, it would not come back. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#isBroken) throw new CannotConnectNow();
    if (!READS.test(query.sql)) this.#space?.assertEnough();
    try {
      const { rows, affectedRows } = await this.#run<R>(query);
      await this.#giveWay();
      return { rows, numAffectedRows: BigInt(affectedRows ?? 0) };
    } catch (error) {
      this.#isBroken = isPanic(error);
      if (this.#isBroken) logger.error({ err: error }, 'The embedded database has panicked');
      throw error;
    }
  }

  #run<R>({ sql, parameters }: CompiledQuery): Promise<Results<R>> {
    if (!isCopyIn(sql)) return this.#pglite.query<R>(sql, [...parameters]);
    return this.#pglite.query<R>(copyFromBlob(sql), [], { blob: new Blob([String(parameters[0])]) });
  }

  async #giveWay(): Promise<void> {
    if (performance.now() - this.#turnBegan < TURN_MS) return;
    await letOthersRun();
    this.#turnBegan = performance.now();
  }

  // PGlite gives a result as a whole, so that a stream is one chunk.
  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(query);
  }

  async close(): Promise<void> {
    if (!this.#isBroken && !this.#pglite.closed) await this.#pglite.close();
  }
}

/** Postgres says so itself, unless its machine broke. */
function isPanic(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const severity: unknown = Reflect.get(error, 'severity');
  return severity === 'PANIC' || severity === 'FATAL' || error instanceof WebAssembly.RuntimeError;
}
