import { Injectable } from '@nestjs/common';
import { NOT_PREPARED, Sql, translateViolations } from '#common/database';
import { codeOf } from '../storage/error-code.js';
import { storageOf } from '../storage/names.js';
import {
  QueryTooSlow,
  RecordLinked,
  RecordTooLarge,
  TableBusy,
  TableLimitReached,
  TableNotFound,
} from '../tables.errors.js';
import {
  type Field,
  type FieldType,
  type HostedTable,
  MAX_RECORD_BYTES,
  type TableRecord,
  type UpsertedRecord,
} from '../tables.types.js';
import { decodeValue, FIELD_KINDS, typeOf } from '../values/field-kinds.js';
import type { AggregateStatement } from './aggregate-statement.js';
import type { Fragment } from './conditions.js';
import type { PageQuery, Position } from './page-query.js';
import { pageStatement, recordColumns } from './page-statement.js';
import type { EncodedRecord, EncodedValues } from './record-values.js';

type Row = Readonly<Record<string, string | null>>;

/** A record on its way in. */
export interface NewRecord<Values extends EncodedRecord = EncodedValues> {
  readonly id: string;
  readonly values: Values;
}

/** A page of records, and where the next one begins. */
export interface FoundRecords {
  readonly records: readonly TableRecord[];
  readonly next: Position | null;
}

/** A value of one field, as the database shows it. */
export interface StoredValue {
  readonly id: string;
  readonly text: string | null;
}

/** The clock of the database may be set back a little while a conversion runs. */
const CLOCK_SLACK = "interval '1 minute'";

/** Of records that may be too large so many are looked at: nobody has more that are a little smaller than they seem. */
const MAX_SUSPECTS = 100;

const OUT_OF_TIME = '57014';
const LOCK_NOT_AVAILABLE = '55P03';
/** Of a table or a column that went between reading what there is and reading what is in it. */
const GONE = ['42P01', '42703'];

/** Every statement on records. What writes runs after the table was locked, see `TablesRepository.lock`. */
@Injectable()
export class RecordsRepository {
  constructor(private readonly sql: Sql) {}

  /** The rest of the transaction reads only, and each statement may take so long. Embedded, nothing is cut off. */
  async readFor(timeoutMs: number): Promise<void> {
    await this.sql.acrossWorkspaces(
      'bounds a query',
      `select set_config('transaction_read_only', 'on', true), set_config('statement_timeout', ?, true)`,
      [String(timeoutMs)],
    );
  }

  /** The clock by which records say when they were made. */
  async now(): Promise<string> {
    const [row] = await this.sql.acrossWorkspaces<{ now: number }>(
      'the clock of the database',
      `select (extract(epoch from clock_timestamp()::timestamptz(3)) * 1000)::float8 as now`,
    );
    return new Date(row?.now ?? Number.NaN).toISOString();
  }

  /** @throws QueryTooSlow */
  async page(table: HostedTable, query: PageQuery): Promise<FoundRecords> {
    const rows = await this.#run(table, pageStatement(table, query));
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return {
      records: shown.map((row) => recordOf(table, row)),
      next: rows.length > query.limit && last ? positionOf(query, last) : null,
    };
  }

  async byIds(table: HostedTable, ids: readonly string[]): Promise<TableRecord[]> {
    const rows = await this.#run(table, {
      sql: `${NOT_PREPARED}select ${recordColumns(table)} from ${storageOf(table.id)} r
            where r.workspace_id = ? and r.id = any(?::uuid[])`,
      params: [table.workspaceId, ids],
    });
    return rows.map((row) => recordOf(table, row));
  }

  /** Those of the ids that name no record. */
  async missing(
    table: Pick<HostedTable, 'id' | 'workspaceId'>,
    ids: readonly string[],
  ): Promise<Set<string>> {
    const rows = await this.sql.inWorkspace<{ id: string }>(
      table.workspaceId,
      `${NOT_PREPARED}select id from ${storageOf(table.id)} where workspace_id = ? and id = any(?::uuid[])`,
      [table.workspaceId, ids],
    );
    const found = new Set(rows.map(({ id }) => id));
    return new Set(ids.filter((id) => !found.has(id)));
  }

  /** The records that hold one of the values. */
  async holders(
    table: HostedTable,
    { type, column }: Field,
    values: readonly string[],
  ): Promise<Map<string, string>> {
    const rows = await this.sql.inWorkspace<{ value: string; id: string }>(
      table.workspaceId,
      `${NOT_PREPARED}select ${FIELD_KINDS[type].text(`r.${column}`)} as value, r.id from ${storageOf(table.id)} r
       where r.workspace_id = ? and r.${column} = any(?::${typeOf(type)}[])`,
      [table.workspaceId, values],
    );
    return new Map(rows.map(({ value, id }) => [canonical(type, value), id]));
  }

  /** @throws QueryTooSlow */
  aggregate(table: HostedTable, statement: AggregateStatement): Promise<Row[]> {
    return this.#run(table, statement);
  }

  /** All in one statement. @throws TableLimitReached */
  async insert(table: HostedTable, records: readonly NewRecord[]): Promise<TableRecord[]> {
    const { sql, params } = insertion(table, records, fieldsOf(records));
    const rows = await this.#write(table, {
      sql: `${NOT_PREPARED}with counted as (${COUNTED}) ${sql} returning ${recordColumns(table)}`,
      params: [records.length, table.workspaceId, table.id, ...params],
    });
    const byId = new Map(rows.map((row) => [row['id'], recordOf(table, row)]));
    return records.flatMap(({ id }) => byId.get(id) ?? []);
  }

  /** The same for very many, without showing what became of them. @throws TableLimitReached */
  async load(
    table: HostedTable,
    fields: readonly Field[],
    records: readonly NewRecord<EncodedRecord>[],
  ): Promise<void> {
    const [clock] = await this.#write(table, {
      sql: `with counted as (${COUNTED}) select clock_timestamp()::text as now`,
      params: [records.length, table.workspaceId, table.id],
    });
    const now = clock?.['now'] ?? null;
    const columns = ['id', 'created_at', 'updated_at', ...fields.map(({ column }) => column)];
    const rows = records.map(({ id, values }) => [
      ...[id, now, now],
      ...fields.map((field) => {
        const text = values.get(field) ?? null;
        return text === null ? null : FIELD_KINDS[field.type].copied(text);
      }),
    ]);
    await this.sql.copyIn(table.workspaceId, storageOf(table.id), columns, rows);
  }

  /** Changes many records, all of them in the same fields. @throws RecordTooLarge */
  async change(
    table: HostedTable,
    fields: readonly Field[],
    records: readonly NewRecord<EncodedRecord>[],
  ): Promise<void> {
    const changes = fields.map(
      ({ type, column }, index) => `${column} = ${FIELD_KINDS[type].cast(`given.c${String(index)}`)}`,
    );
    await this.#write(table, {
      sql: `${NOT_PREPARED}update ${storageOf(table.id)} r set ${[...changes, 'updated_at = clock_timestamp()'].join(', ')}
            from unnest(?::uuid[]${fields.map(() => ', ?::text[]').join('')}) as given (${namesOf(fields).join(', ')})
            where r.workspace_id = ? and r.id = given.id`,
      params: [...columnsOf(fields, records), table.workspaceId],
    });
    await this.#assertSizes(
      table,
      fields,
      records.map(({ id }) => id),
    );
  }

  /**
   * Makes records, or changes those that hold the same value of `key`; which fields is the same for all.
   * @throws TableLimitReached, RecordTooLarge
   */
  async upsert(
    table: HostedTable,
    key: Field,
    named: readonly Field[],
    records: readonly NewRecord[],
  ): Promise<UpsertedRecord[]> {
    const { sql, params } = insertion(table, records, fieldsOf(records));
    const changes = named.map(({ column }) => `${column} = excluded.${column}`);
    const rows = await this.#write(table, {
      sql: `${NOT_PREPARED}with written as (
          ${sql} on conflict (${key.column}) do update set ${[...changes, 'updated_at = excluded.updated_at'].join(', ')}
            where r.workspace_id = ? returning r.id, (r.xmax = 0) as is_new, r.${key.column} as key
        ), counted as (
          update hosted_tables set record_count = record_count + (select count(*) filter (where is_new) from written)
          where workspace_id = ? and id = ?
        )
        select id::text, is_new::text, ${FIELD_KINDS[key.type].text('key')} as key from written`,
      params: [...params, table.workspaceId, table.workspaceId, table.id],
    });
    await this.#assertSizes(
      table,
      named,
      rows.flatMap((row) => (row['is_new'] === 'true' ? [] : (row['id'] ?? []))),
    );
    const byKey = new Map(rows.map((row) => [row['key'] && canonical(key.type, row['key']), row]));
    return records.flatMap(({ values }) => {
      const row = byKey.get(values.get(key) ?? null);
      return row ? { id: row['id'] ?? '', isNew: row['is_new'] === 'true' } : [];
    });
  }

  /** @returns the record as it is then; `null` when there is none. @throws RecordTooLarge */
  async update(table: HostedTable, id: string, values: EncodedValues): Promise<TableRecord | null> {
    const changes = [...values.keys()].map(
      ({ type, column }) =>
        `${column} = (select ${FIELD_KINDS[type].cast('given.v')} from (select ?::text) given (v))`,
    );
    const [row] = await this.#write(table, {
      sql: `${NOT_PREPARED}update ${storageOf(table.id)} r set ${[...changes, 'updated_at = clock_timestamp()'].join(', ')}
            where r.workspace_id = ? and r.id = ? returning ${recordColumns(table)}`,
      params: [...values.values(), table.workspaceId, id],
    });
    if (row) await this.#assertSizes(table, [...values.keys()], [id]);
    return row ? recordOf(table, row) : null;
  }

  /**
   * What a change does not name stays, and counts, too. The database measures some values a little larger than they came
   * in, so that those it finds too large are measured once more.
   * @throws RecordTooLarge
   */
  async #assertSizes(table: HostedTable, changed: readonly Field[], ids: readonly string[]): Promise<void> {
    if (ids.length === 0 || changed.length === table.fields.length) return;
    const sizes = table.fields.map(
      ({ type, column }) => `coalesce(octet_length(${FIELD_KINDS[type].text(`r.${column}`)}), 0)`,
    );
    const suspects = await this.#run(table, {
      sql: `${NOT_PREPARED}select ${recordColumns(table)} from ${storageOf(table.id)} r
            where r.workspace_id = ? and r.id = any(?::uuid[]) and ${sizes.join(' + ')} > ? limit ?`,
      params: [table.workspaceId, ids, MAX_RECORD_BYTES, MAX_SUSPECTS],
    });
    if (suspects.some((row) => bytesOf(table, row) > MAX_RECORD_BYTES))
      throw new RecordTooLarge(ids.length === 1 ? 'fields' : 'records');
  }

  /** @throws RecordLinked */
  async remove(table: HostedTable, ids: readonly string[]): Promise<number> {
    const rows = await this.#write(table, {
      sql: `${NOT_PREPARED}with gone as (
          delete from ${storageOf(table.id)} where workspace_id = ? and id = any(?::uuid[]) returning id
        ), counted as (
          update hosted_tables set record_count = record_count - (select count(*) from gone)
          where workspace_id = ? and id = ?
        )
        select id::text from gone`,
      params: [table.workspaceId, ids, table.workspaceId, table.id],
    });
    return rows.length;
  }

  /** The values of one field, by id; with `since` only of records that were written from then on. */
  async *columnValues(
    table: HostedTable,
    { type, column }: Field,
    atOnce: number,
    since: Date | null,
  ): AsyncGenerator<readonly StoredValue[]> {
    let after: string | null = null;
    for (;;) {
      const rows: StoredValue[] = await this.sql.inWorkspace<StoredValue>(
        table.workspaceId,
        `${NOT_PREPARED}select r.id, ${FIELD_KINDS[type].text(`r.${column}`)} as text from ${storageOf(table.id)} r
         where r.workspace_id = ? and (?::uuid is null or r.id > ?)
           and (?::timestamptz is null or r.updated_at >= ?::timestamptz - ${CLOCK_SLACK}) order by r.id limit ?`,
        [table.workspaceId, after, after, since, since, atOnce],
      );
      const last = rows.at(-1);
      if (!last) return;
      yield rows;
      after = last.id;
    }
  }

  /** Empties a link of all records. */
  async unlink(
    { id, workspaceId }: Pick<HostedTable, 'id' | 'workspaceId'>,
    { column }: Field,
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `${NOT_PREPARED}update ${storageOf(id)} set ${column} = null where workspace_id = ? and ${column} is not null`,
      [workspaceId],
    );
  }

  /** Whether any record has a value of the field. */
  async holdsAny(
    { id, workspaceId }: Pick<HostedTable, 'id' | 'workspaceId'>,
    { column }: Field,
  ): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `${NOT_PREPARED}select 1 from ${storageOf(id)} where workspace_id = ? and ${column} is not null limit 1`,
      [workspaceId],
    );
    return rows.length > 0;
  }

  /** Writes one column of many records, as a conversion does: for everybody else they are as they were. */
  async fill(
    table: HostedTable,
    { type, column }: Pick<Field, 'type' | 'column'>,
    values: ReadonlyMap<string, string | null>,
  ): Promise<void> {
    await this.#write(table, {
      sql: `${NOT_PREPARED}update ${storageOf(table.id)} r set ${column} = ${FIELD_KINDS[type].cast('given.v')}
            from unnest(?::uuid[], ?::text[]) as given (id, v) where r.workspace_id = ? and r.id = given.id`,
      params: [[...values.keys()], [...values.values()], table.workspaceId],
    });
  }

  async #write(table: HostedTable, statement: Fragment): Promise<Row[]> {
    return translateViolations(
      { hosted_tables_records_limited: () => new TableLimitReached('records') },
      () => this.#run(table, statement),
    ).catch((error: unknown) => {
      if (codeOf(error) === '23001' || (codeOf(error) === '23503' && /still referenced/.test(String(error))))
        throw new RecordLinked();
      throw error;
    });
  }

  async #run(table: HostedTable, { sql, params }: Fragment): Promise<Row[]> {
    try {
      return await this.sql.inWorkspace<Row>(table.workspaceId, sql, params);
    } catch (error) {
      const code = codeOf(error) ?? '';
      if (code === OUT_OF_TIME) throw new QueryTooSlow();
      if (code === LOCK_NOT_AVAILABLE) throw new TableBusy();
      if (GONE.includes(code)) throw new TableNotFound();
      throw error;
    }
  }
}

const COUNTED = `update hosted_tables set record_count = record_count + ? where workspace_id = ? and id = ?`;

function fieldsOf(records: readonly NewRecord[]): Field[] {
  return [...new Set(records.flatMap(({ values }) => [...values.keys()]))];
}

/** Each column is one parameter, whatever the number of records: the text of the statement stays the same. */
function insertion(table: HostedTable, records: readonly NewRecord[], fields: readonly Field[]): Fragment {
  const columns = ['id', 'workspace_id', 'created_at', 'updated_at', ...fields.map(({ column }) => column)];
  const casts = fields.map(({ type }, index) => FIELD_KINDS[type].cast(`given.c${String(index)}`));
  return {
    sql: `insert into ${storageOf(table.id)} as r (${columns.join(', ')})
      select ${['given.id', '?::uuid', 'clock_timestamp()', 'clock_timestamp()', ...casts].join(', ')}
      from unnest(?::uuid[]${fields.map(() => ', ?::text[]').join('')}) as given (${namesOf(fields).join(', ')})`,
    params: [table.workspaceId, ...columnsOf(fields, records)],
  };
}

function namesOf(fields: readonly Field[]): string[] {
  return ['id', ...fields.map((_, index) => `c${String(index)}`)];
}

function columnsOf(fields: readonly Field[], records: readonly NewRecord<EncodedRecord>[]): unknown[] {
  return [
    records.map(({ id }) => id),
    ...fields.map((field) => records.map(({ values }) => values.get(field) ?? null)),
  ];
}

function bytesOf({ fields }: HostedTable, row: Row): number {
  return fields.reduce((bytes, { type, column }) => {
    const text = row[column] ?? null;
    const isJson = type === 'json' || type === 'multi_select';
    return text === null
      ? bytes
      : bytes + Buffer.byteLength(isJson ? JSON.stringify(JSON.parse(text)) : text);
  }, 0);
}

/** The database has many ways to write a number, such as 0.0000001. */
function canonical(type: FieldType, text: string): string {
  return type === 'number' ? String(Number(text)) : text;
}

export function recordOf({ fields }: HostedTable, row: Row): TableRecord {
  return {
    id: row['id'] ?? '',
    fields: Object.fromEntries(
      fields.map(({ key, type, column }) => [key, decodeValue(type, row[column] ?? null)]),
    ),
    createdAt: row['created_at'] ?? '',
    updatedAt: row['updated_at'] ?? '',
  };
}

/** The texts of the sort keys are among those of the record. */
function positionOf({ sort }: PageQuery, row: Row): Position {
  return sort.map(({ column }) => row[column.column] ?? null);
}
