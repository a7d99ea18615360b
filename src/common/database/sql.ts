import { Injectable } from '@nestjs/common';
import { EntityManager } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { PgliteDriver } from '@mikro-orm/pglite';
import { CompiledQuery, type Kysely, sql as fragment } from 'kysely';
import { copyInStatement, copyLine } from './copy-in.js';
import { PackedRows } from './packed-rows.js';
import { AS_PACKED } from './packing.client.js';

/** SQL with its parameters, bound in order of the `?`. */
export interface Statement {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** Thrown when hand-written SQL could touch rows of every workspace by mistake. A bug, never an answer. */
export class UnscopedQuery extends Error {
  constructor(sql: string) {
    super(`This statement does not filter by workspace_id: ${sql.slice(0, 200)}`);
    this.name = 'UnscopedQuery';
  }
}

/** Runs a statement. Parameters are `?`. */
export type RunStatement = <Row>(sql: string, params?: readonly unknown[]) => Promise<Row[]>;

/** Texts of statements are few; those that are put together (as searches are) come in some dozens of lengths. */
const MAX_READ = 1_000;

/** What is to be known of a text, found out once. */
interface ReadText {
  /** The text with `$1`, `$2` for each `?`. */
  readonly numbered: string;
  /** Whether it compares `workspace_id` with something. */
  readonly isScoped: boolean;
}

/**
 * The only way to run hand-written SQL. Takes part in the transaction of the current unit of work.
 *
 * Parameters are `?`, bound in order. They reach the database apart from the text, which it can so prepare once; where
 * their type does not follow from their place, the text has to say it (`?::uuid`).
 */
@Injectable()
export class Sql {
  readonly #texts = new Map<string, ReadText>();

  constructor(private readonly em: EntityManager) {}

  /**
   * Runs a statement on rows of one workspace.
   *
   * @throws UnscopedQuery unless the text compares `workspace_id` and the workspace's id is among the parameters.
   */
  async inWorkspace<Row>(workspaceId: string, sql: string, params: readonly unknown[]): Promise<Row[]> {
    const text = this.#readScoped(workspaceId, sql, params);
    return this.#executeOn<Row>(this.#kysely(), text, params);
  }

  /**
   * The same for very many rows, as bytes: everything that a driver makes of values takes longer than reading them. All
   * columns have to be of type text. Rows that would be too many bytes are left out, and told of.
   *
   * @throws UnscopedQuery
   */
  async packedInWorkspace(workspaceId: string, sql: string, params: readonly unknown[]): Promise<PackedRows> {
    const rows = await this.inWorkspace<object>(workspaceId, `${AS_PACKED}${sql}`, params);
    const [first] = rows;
    if (first instanceof PackedRows) return first;
    return PackedRows.of(rows.map((row) => Object.values(row as Record<string, string | null>)));
  }

  /**
   * Runs a statement on rows that belong to no workspace, or to all of them.
   *
   * @param reason why it is right to look across workspaces; shown in the database's own logs.
   */
  async acrossWorkspaces<Row>(reason: string, sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    return this.#execute<Row>(`${commented(reason)} ${sql}`, params);
  }

  /**
   * Writes rows of one workspace by COPY, which is the fastest there is for many: values are texts as COPY takes them, and
   * `workspace_id` is put before them. Constraints hold as for `insert`; nothing is said about single rows.
   *
   * @param columns those of the values, in their order, without `workspace_id`.
   */
  async copyIn(
    workspaceId: string,
    table: string,
    columns: readonly string[],
    rows: readonly (readonly (string | null)[])[],
  ): Promise<void> {
    const lines = rows.map((values) => copyLine([workspaceId, ...values])).join('');
    await this.#execute(copyInStatement(table, ['workspace_id', ...columns]), [lines]);
  }

  /**
   * Runs a statement on rows of one workspace while the server has these settings, which hold for it alone.
   *
   * @param settings by their names, which are the caller's own constants.
   * @throws UnscopedQuery
   */
  async inWorkspaceWith<Row>(
    settings: Readonly<Record<string, string>>,
    workspaceId: string,
    sql: string,
    params: readonly unknown[],
  ): Promise<Row[]> {
    const text = this.#readScoped(workspaceId, sql, params);
    const changes = Object.entries(settings).map(
      ([name, value]) => fragment`set_config(${name}, ${value}, true)`,
    );
    const run = async (connection: Kysely<unknown>): Promise<Row[]> => {
      await fragment`select ${fragment.join(changes)}`.execute(connection);
      return this.#executeOn<Row>(connection, text, params);
    };
    const kysely = this.#kysely();
    return kysely.isTransaction ? run(kysely) : kysely.transaction().execute(run);
  }

  /**
   * Runs statements one after the other on a connection of their own: for those that no transaction may hold.
   *
   * @param reason as for `acrossWorkspaces`.
   */
  async onOneConnection<T>(reason: string, work: (run: RunStatement) => Promise<T>): Promise<T> {
    return this.#kysely()
      .connection()
      .execute((connection) =>
        work((sql, params = []) =>
          this.#executeOn(connection, this.#read(`${commented(reason)} ${sql}`), params),
        ),
      );
  }

  /** Whether the database runs within this process, where a long statement holds up all else. */
  get isEmbedded(): boolean {
    return (this.em as SqlEntityManager).getDriver() instanceof PgliteDriver;
  }

  async #execute<Row>(sql: string, params: readonly unknown[]): Promise<Row[]> {
    return this.#executeOn<Row>(this.#kysely(), this.#read(sql), params);
  }

  async #executeOn<Row>(
    kysely: Kysely<unknown>,
    { numbered }: ReadText,
    params: readonly unknown[],
  ): Promise<Row[]> {
    try {
      return (await kysely.executeQuery(CompiledQuery.raw(numbered, [...params]))).rows as Row[];
    } catch (error) {
      throw (this.em as SqlEntityManager).getDriver().convertException(error as Error);
    }
  }

  #kysely(): Kysely<unknown> {
    return (this.em as SqlEntityManager).getKysely<unknown>();
  }

  /** @throws UnscopedQuery */
  #readScoped(workspaceId: string, sql: string, params: readonly unknown[]): ReadText {
    const text = this.#read(sql);
    if (!text.isScoped || !params.includes(workspaceId)) throw new UnscopedQuery(sql);
    return text;
  }

  #read(sql: string): ReadText {
    const known = this.#texts.get(sql);
    if (known) return known;
    const read = readText(sql);
    if (this.#texts.size < MAX_READ) this.#texts.set(sql, read);
    return read;
  }
}

function readText(sql: string): ReadText {
  let count = 0;
  const numbered = sql.replaceAll('?', () => `$${(count += 1)}`);
  return { numbered, isScoped: /workspace_id\s*=\s*\S/i.test(sql) };
}

function commented(reason: string): string {
  return `/* ${reason.replaceAll(/[*/?]/g, '')} */`;
}
