import { Injectable } from '@nestjs/common';
import {
  decodeCursor,
  isoTime,
  type Page,
  type PageRequest,
  Sql,
  toPage,
  translateViolations,
} from '#common/database';
import { InvalidFields } from '#common/errors';
import { FieldKeyTaken, TableLimitReached, TableLinked, TableNameTaken } from './tables.errors.js';
import { type Field, type FieldConversion, type HostedTable, MAX_TABLES } from './tables.types.js';

// A table with its fields, in one row.
const TABLE = `t.id, t.workspace_id as "workspaceId", t.name, t.description, t.record_count as "recordCount",
  ${isoTime('t.created_at')} as "createdAt", ${isoTime('t.updated_at')} as "updatedAt",
  coalesce((
    select json_agg(json_build_object(
      'id', f.id, 'key', f.key, 'name', f.name, 'description', f.description, 'type', f.type,
      'required', f.required, 'unique', f.is_unique, 'indexed', f.is_indexed, 'default', f.default_value,
      'options', f.options, 'linkedTableId', f.linked_table_id, 'position', f.position, 'column', f.column_name, 'conversion', f.conversion
    ) order by f.position, f.id)
    from hosted_fields f where f.workspace_id = t.workspace_id and f.table_id = t.id
  ), '[]')::text as fields`;

type TableRow = Omit<HostedTable, 'fields'> & { readonly fields: string };

/** What is known of hosted tables. */
@Injectable()
export class TablesRepository {
  constructor(private readonly sql: Sql) {}

  /** @throws TableNameTaken, TableLimitReached */
  async add({ id, workspaceId, name, description }: HostedTable): Promise<void> {
    const rows = await withUniqueName(() =>
      this.sql.inWorkspace(
        workspaceId,
        `insert into hosted_tables (id, workspace_id, name, description, record_count, created_at, updated_at)
         select ?::uuid, ?::uuid, ?, ?, 0, now(), now()
         where (select count(*) from hosted_tables where workspace_id = ?) < ? returning id`,
        [id, workspaceId, name, description, workspaceId, MAX_TABLES],
      ),
    );
    if (rows.length === 0) throw new TableLimitReached('tables');
  }

  async find(workspaceId: string, id: string): Promise<HostedTable | null> {
    const [row] = await this.sql.inWorkspace<TableRow>(
      workspaceId,
      `select ${TABLE} from hosted_tables t where t.workspace_id = ? and t.id = ?`,
      [workspaceId, id],
    );
    return row ? tableOf(row) : null;
  }

  /**
   * Keeps everybody else from writing to a table and from changing it, to the end of the transaction. Whoever writes
   * begins with this, so that nobody waits for another crosswise; several tables are locked in the order of their ids.
   *
   * @returns the tables as they are then.
   */
  async lock(workspaceId: string, ids: readonly string[]): Promise<HostedTable[]> {
    const locked = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      'select id from hosted_tables where workspace_id = ? and id = any(?::uuid[]) order by id for no key update',
      [workspaceId, ids],
    );
    if (locked.length === 0) return [];
    const rows = await this.sql.inWorkspace<TableRow>(
      workspaceId,
      `select ${TABLE} from hosted_tables t where t.workspace_id = ? and t.id = any(?::uuid[]) order by t.id`,
      [workspaceId, ids],
    );
    return rows.map(tableOf);
  }

  /** The other tables with a field that links to this one. */
  async linkingTo(workspaceId: string, id: string): Promise<string[]> {
    const rows = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `select distinct table_id as id from hosted_fields
       where workspace_id = ? and linked_table_id = ? and table_id <> linked_table_id`,
      [workspaceId, id],
    );
    return rows.map((row) => row.id);
  }

  async list(workspaceId: string, { limit, cursor }: PageRequest): Promise<Page<HostedTable>> {
    const before = cursor === undefined ? null : decodeCursor(cursor);
    const rows = await this.sql.inWorkspace<TableRow>(
      workspaceId,
      `select ${TABLE} from hosted_tables t where t.workspace_id = ? and (?::uuid is null or t.id < ?)
       order by t.id desc limit ?`,
      [workspaceId, before, before, limit + 1],
    );
    return toPage(rows.map(tableOf), limit);
  }

  /** For records that came all at once. */
  async setRecordCount({ id, workspaceId }: HostedTable, count: number): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update hosted_tables set record_count = ? where workspace_id = ? and id = ?',
      [count, workspaceId, id],
    );
  }

  /** @throws TableNameTaken */
  async update({ id, workspaceId, name, description }: HostedTable): Promise<void> {
    await withUniqueName(() =>
      this.sql.inWorkspace(
        workspaceId,
        `update hosted_tables set name = ?, description = ?, updated_at = now() where workspace_id = ? and id = ?`,
        [name, description, workspaceId, id],
      ),
    );
  }

  /** Takes along its fields and, by a trigger, its records. @throws TableLinked */
  async remove({ id, workspaceId }: HostedTable): Promise<void> {
    await translateViolations({ hosted_fields_linked_fk: () => new TableLinked() }, () =>
      this.sql.inWorkspace(workspaceId, 'delete from hosted_tables where workspace_id = ? and id = ?', [
        workspaceId,
        id,
      ]),
    );
  }

  /** Inserts a field, or takes over all that can change of it. @throws FieldKeyTaken */
  async saveField({ workspaceId, id: tableId }: HostedTable, field: Field): Promise<void> {
    await translateViolations(
      {
        hosted_fields_key_unique: () => new FieldKeyTaken(field.key),
        hosted_fields_linked_fk: unknownLinkedTable,
      },
      () =>
        this.sql.inWorkspace(
          workspaceId,
          `insert into hosted_fields (id, workspace_id, table_id, key, name, description, type, required, is_unique,
             is_indexed, default_value, options, linked_table_id, position, column_name, created_at)
           values (?::uuid, ?::uuid, ?::uuid, ?, ?, ?, ?, ?::boolean, ?::boolean, ?::boolean, ?, ?::jsonb,
             ?::uuid, ?::int, ?, now())
           on conflict (id) do update set name = excluded.name, description = excluded.description,
             type = excluded.type, required = excluded.required, is_unique = excluded.is_unique,
             is_indexed = excluded.is_indexed, default_value = excluded.default_value, options = excluded.options,
             linked_table_id = excluded.linked_table_id, position = excluded.position,
             column_name = excluded.column_name
           where hosted_fields.workspace_id = ?`,
          [
            ...[field.id, workspaceId, tableId, field.key, field.name, field.description, field.type],
            ...[field.required, field.unique, field.indexed],
            ...[field.default, JSON.stringify(field.options)],
            ...[field.linkedTableId, field.position, field.column, workspaceId],
          ],
        ),
    );
  }

  /** Keeps what a field is to become, or that it is to become nothing else. */
  async saveConversion(
    workspaceId: string,
    fieldId: string,
    conversion: FieldConversion | null,
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update hosted_fields set conversion = ?::jsonb where workspace_id = ? and id = ?',
      [conversion && JSON.stringify(conversion), workspaceId, fieldId],
    );
  }

  async removeField(workspaceId: string, id: string): Promise<void> {
    await this.sql.inWorkspace(workspaceId, 'delete from hosted_fields where workspace_id = ? and id = ?', [
      workspaceId,
      id,
    ]);
  }
}

export function unknownLinkedTable(): InvalidFields {
  return new InvalidFields([{ path: 'linkedTableId', message: 'names a table that does not exist' }]);
}

function tableOf({ fields, ...row }: TableRow): HostedTable {
  return { ...row, fields: JSON.parse(fields) as Field[] };
}

function withUniqueName<T>(work: () => Promise<T>): Promise<T> {
  return translateViolations({ hosted_tables_name_unique: () => new TableNameTaken() }, work);
}
