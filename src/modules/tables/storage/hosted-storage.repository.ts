import { Injectable } from '@nestjs/common';
import { NOT_PREPARED, Sql, translateViolations } from '#common/database';
import { FieldInUse, TableBusy } from '../tables.errors.js';
import type { Field, HostedTable } from '../tables.types.js';
import { FIELD_KINDS } from '../values/field-kinds.js';
import type { WantedIndex } from './indexes.js';
import { codeOf } from './error-code.js';
import { storageOf, uniqueIndexOf, uuidLiteral } from './names.js';

const REASON = 'changes the shape of one hosted table';
/** Up to so many records an index is made at once; more would hold up writers. */
const SMALL_TABLE = 20_000;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * The tables that hold the records: one for each hosted table, with a column for each field. What changes them runs in
 * the transaction that changes what is known of their fields, after that row was locked: see docs/adr/0019.
 */
@Injectable()
export class HostedStorageRepository {
  constructor(private readonly sql: Sql) {}

  /** Whether indexes are made within this process. */
  get isEmbedded(): boolean {
    return this.sql.isEmbedded;
  }

  /** Those who read hold a table for milliseconds. Who waits longer for it holds up all that come after. */
  async waitBriefly(): Promise<void> {
    await this.#run(`set local lock_timeout = '3s'`);
  }

  /** What time it is for the database, which dates the records. */
  async now(): Promise<Date> {
    const [row] = await this.sql.acrossWorkspaces<{ now: Date }>(
      'asks for the time',
      'select clock_timestamp() as now',
    );
    return new Date(row?.now ?? Number.NaN);
  }

  async create({ id, workspaceId }: Pick<HostedTable, 'id' | 'workspaceId'>): Promise<void> {
    await this.#run(`
      create table ${storageOf(id)} (
        id uuid primary key,
        workspace_id uuid not null check (workspace_id = ${uuidLiteral(workspaceId)}),
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null
      )`);
  }

  /** No failure when there is none. */
  async drop(id: string): Promise<void> {
    await this.#run(`drop table if exists ${storageOf(id)} cascade`);
  }

  /** Puts the storage of one id in the place of another's, which is gone with what pointed to it. */
  async moveInto(tableId: string, from: string): Promise<void> {
    await this.drop(tableId);
    const [, name = ''] = storageOf(tableId).split('.');
    await this.#run(`alter table ${storageOf(from)} rename to ${name}`);
  }

  /** Records that are there get the field's default. */
  async addColumn(tableId: string, field: Field, existing: string | null): Promise<void> {
    const kind = FIELD_KINDS[field.type];
    const [schema = '', table = ''] = storageOf(tableId).split('.');
    await this.#run(
      `select hosted.add_column(?, ?, ?, ?, (select (${kind.cast('given.value')})::text from (select ?::text) given (value)))`,
      [schema, table, field.column, kind.columnType, existing],
    );
    await this.constrain(tableId, field);
  }

  /** Makes the database keep what the field promises. @throws FieldInUse when it is not so. */
  async constrain(tableId: string, field: Field): Promise<void> {
    await this.require(tableId, field);
    if (field.unique) await this.makeUnique(tableId, field);
    if (field.linkedTableId === null) return;
    await this.#run(`alter table ${storageOf(tableId)} drop constraint if exists l_${field.column}`);
    const linked = storageOf(field.linkedTableId);
    await translateViolations(
      {
        [`l_${field.column}`]: () =>
          new FieldInUse(`Some values of ${field.key} name no record of that table.`),
      },
      () =>
        this.#run(`
          alter table ${storageOf(tableId)} add constraint l_${field.column} foreign key (${field.column})
            references ${linked} (id) on delete ${field.required ? 'restrict' : 'set null'}`),
    );
  }

  /** @throws FieldInUse */
  async require(tableId: string, { column, required, key }: Field): Promise<void> {
    try {
      await this.#run(
        `alter table ${storageOf(tableId)} alter column ${column} ${required ? 'set' : 'drop'} not null`,
      );
    } catch (error) {
      if (codeOf(error) !== '23502') throw error;
      throw new FieldInUse(`Some records have no value of ${key}, so that it cannot be required.`);
    }
  }

  /** @throws FieldInUse */
  async makeUnique(tableId: string, { column, key }: Field): Promise<void> {
    const name = uniqueIndexOf(column);
    await translateViolations(
      {
        [name]: () =>
          new FieldInUse(`Some records have the same value of ${key}, so that it cannot be unique.`),
      },
      () => this.#run(`create unique index if not exists ${name} on ${storageOf(tableId)} (${column})`),
    );
  }

  async dropUnique({ column }: Field): Promise<void> {
    await this.#run(`drop index if exists hosted.${uniqueIndexOf(column)}`);
  }

  /** Takes along its indexes and what it links to. */
  async dropColumn(tableId: string, column: string): Promise<void> {
    await this.#run(`alter table ${storageOf(tableId)} drop column if exists ${column} cascade`);
  }

  /** Whether a record holds an option that is to go. */
  async holdsOption(
    { id, workspaceId }: HostedTable,
    { column, type }: Field,
    gone: readonly string[],
  ): Promise<boolean> {
    const holds = type === 'multi_select' ? `${column} && ?::text[]` : `${column} = any(?::text[])`;
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `${NOT_PREPARED}select 1 from ${storageOf(id)} where workspace_id = ? and ${holds} limit 1`,
      [workspaceId, gone],
    );
    return rows.length > 0;
  }

  /** Makes the indexes that are missing and drops those that nobody wants, unless that takes long. @returns whether it is done. */
  async indexNow(
    table: Pick<HostedTable, 'id' | 'recordCount'>,
    wanted: readonly WantedIndex[],
  ): Promise<boolean> {
    const { missing, superfluous } = await this.#compare(table.id, wanted);
    if (missing.length > 0 && table.recordCount > SMALL_TABLE) return false;
    for (const { name, on } of missing) await this.#run(`create index if not exists ${name} on ${on}`);
    await this.#drop(superfluous);
    return true;
  }

  /** The same on a table of any size, while others write. Not within a transaction. */
  async indexConcurrently(tableId: string, wanted: readonly WantedIndex[]): Promise<void> {
    const { missing, superfluous } = await this.#compare(tableId, wanted);
    for (const { name, on } of missing) {
      await this.#run(`drop index if exists hosted.${name}`);
      await this.#run(`create index concurrently if not exists ${name} on ${on}`);
    }
    await this.#drop(superfluous);
    await this.#run(`analyze ${storageOf(tableId)}`);
  }

  async #compare(
    tableId: string,
    wanted: readonly WantedIndex[],
  ): Promise<{ missing: WantedIndex[]; superfluous: string[] }> {
    const rows = await this.sql.acrossWorkspaces<{ name: string; isValid: boolean }>(
      'looks at the shape of one hosted table',
      `select index.relname as name, i.indisvalid as "isValid" from pg_index i
         join pg_class index on index.oid = i.indexrelid
       where i.indrelid = to_regclass(?) and not i.indisunique`,
      [storageOf(tableId)],
    );
    const valid = new Set(rows.flatMap(({ name, isValid }) => (isValid ? [name] : [])));
    const names = new Set(wanted.map(({ name }) => name));
    return {
      missing: wanted.filter(({ name }) => !valid.has(name)),
      superfluous: rows.map(({ name }) => name).filter((name) => !names.has(name)),
    };
  }

  async #drop(names: readonly string[]): Promise<void> {
    for (const name of names) await this.#run(`drop index if exists hosted.${name}`);
  }

  /** @throws TableBusy when somebody has the table for longer than one may wait. */
  async #run(statement: string, params: readonly unknown[] = []): Promise<void> {
    try {
      await this.sql.acrossWorkspaces(REASON, statement, params);
    } catch (error) {
      throw codeOf(error) === LOCK_NOT_AVAILABLE ? new TableBusy() : error;
    }
  }
}
