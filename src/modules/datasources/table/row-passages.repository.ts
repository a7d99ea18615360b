import { Injectable } from '@nestjs/common';
import { type Reading, Sql } from '#common/database';
import type { AttachedTable } from './table.types.js';

/** A passage of a record, as it is in the database. */
export interface StoredRow {
  readonly id: string;
  readonly recordId: string;
  readonly contentHash: string;
}

/** A passage of a record, ready to be stored. */
export interface IndexedRow extends StoredRow {
  readonly text: string;
  readonly language: string | null;
  /** A `tsvector` literal. */
  readonly lexemes: string;
  readonly lexemeCount: number;
  readonly embeddingText: string;
}

/** Where passages of records are kept. */
export interface RowPlace {
  readonly workspaceId: string;
  readonly datasourceId: string;
  readonly documentId: string;
}

/** Something that a source has still to read: a record, or without one all of them. */
export interface RowChange {
  readonly id: string;
  readonly recordId: string | null;
}

/** Passages of records, and what of their tables has changed since. */
@Injectable()
export class RowPassagesRepository {
  constructor(private readonly sql: Sql) {}

  /** The tables that a bot answers from, once they have been read. */
  attachedTo(workspaceId: string, botId: string): Promise<AttachedTable[]> {
    return this.sql.inWorkspace<AttachedTable>(workspaceId, attached('?'), [workspaceId, botId]);
  }

  /** @param bot an expression of SQL that gives the bot's id, the same for every row. */
  attachedReading(workspaceId: string, bot: string): Reading<readonly AttachedTable[]> {
    return {
      expression: { sql: `select json_agg(t) from (${attached(bot)}) t`, params: [workspaceId] },
      understand: (read) => (read ?? []) as AttachedTable[],
    };
  }

  /** Passages of these records. */
  byRecords({ workspaceId, documentId }: RowPlace, recordIds: readonly string[]): Promise<StoredRow[]> {
    return this.sql.inWorkspace<StoredRow>(
      workspaceId,
      `select id, record_id as "recordId", content_hash as "contentHash" from chunks
       where workspace_id = ? and document_id = ?
         and record_id in (select value::uuid from jsonb_array_elements_text(?::jsonb))`,
      [workspaceId, documentId, JSON.stringify(recordIds)],
    );
  }

  /** Passages of records whose ids lie between two others; `null` for no bound. The second is within. */
  between(
    { workspaceId, documentId }: RowPlace,
    after: string | null,
    upTo: string | null,
  ): Promise<StoredRow[]> {
    return this.sql.inWorkspace<StoredRow>(
      workspaceId,
      `select id, record_id as "recordId", content_hash as "contentHash" from chunks
       where workspace_id = ? and document_id = ? and record_id is not null
         and (?::uuid is null or record_id > ?::uuid) and (?::uuid is null or record_id <= ?::uuid)`,
      [workspaceId, documentId, after, after, upTo, upTo],
    );
  }

  /** Makes or changes the passages of some records; at most 500. */
  async put({ workspaceId, datasourceId, documentId }: RowPlace, rows: readonly IndexedRow[]): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into chunks as c (id, workspace_id, datasource_id, document_id, record_id, position, text, start_offset,
         end_offset, content_hash, language, lexemes, lexeme_count, created_at)
       select r.id, d.workspace_id, d.datasource_id, d.id, r."recordId",
         (select coalesce(max(position), -1) from chunks l where l.workspace_id = d.workspace_id and l.document_id = d.id)
           + row_number() over (order by r."recordId"),
         r.text, 0, length(r.text), r."contentHash", r.language, r.lexemes::tsvector, r."lexemeCount", now()
       from jsonb_to_recordset(?::jsonb) as r(id uuid, "recordId" uuid, text text, "contentHash" text, language text,
         lexemes text, "lexemeCount" int)
       join documents d on d.workspace_id = ? and d.datasource_id = ? and d.id = ?
       on conflict (workspace_id, document_id, record_id) where record_id is not null do update set
         text = excluded.text, end_offset = excluded.end_offset, content_hash = excluded.content_hash,
         language = excluded.language, lexemes = excluded.lexemes, lexeme_count = excluded.lexeme_count`,
      [JSON.stringify(rows), workspaceId, datasourceId, documentId],
    );
    await this.#touch(workspaceId, documentId);
  }

  async remove({ workspaceId, documentId }: RowPlace, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.sql.inWorkspace(
      workspaceId,
      `delete from chunks where workspace_id = ? and document_id = ?
         and id in (select value::uuid from jsonb_array_elements_text(?::jsonb))`,
      [workspaceId, documentId, JSON.stringify(ids)],
    );
    await this.#touch(workspaceId, documentId);
  }

  /** Has the document say how much there is of it. */
  async countAgain({ workspaceId, documentId }: RowPlace): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update documents d set chunk_count = n.chunks, lexeme_count = n.lexemes, fetched_at = now(), updated_at = now()
       from (select count(*)::int as chunks, coalesce(sum(lexeme_count), 0)::int as lexemes from chunks
         where workspace_id = ? and document_id = ?) n
       where d.workspace_id = ? and d.id = ?`,
      [workspaceId, documentId, workspaceId, documentId],
    );
  }

  /**
   * Notes for every source of a table what it has to read anew.
   * @param recordIds `null` for all records.
   * @returns the sources.
   */
  async noteForTable(
    workspaceId: string,
    tableId: string,
    recordIds: readonly string[] | null,
  ): Promise<string[]> {
    const rows = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `with noted as (
         insert into table_source_changes (workspace_id, datasource_id, record_id)
         select d.workspace_id, d.id, r.value::uuid
         from datasources d cross join jsonb_array_elements_text(?::jsonb) r
         where d.workspace_id = ? and d.table_id = ? and not exists (
           select 1 from table_source_changes c
           where r.value is null and c.workspace_id = d.workspace_id and c.datasource_id = d.id and c.record_id is null)
       )
       select d.id from datasources d where d.workspace_id = ? and d.table_id = ? order by 1`,
      [JSON.stringify(recordIds ?? [null]), workspaceId, tableId, workspaceId, tableId],
    );
    return rows.map(({ id }) => id);
  }

  /** Has a source read all of its table. */
  async noteAll(workspaceId: string, datasourceId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into table_source_changes (workspace_id, datasource_id)
       select workspace_id, id from datasources where workspace_id = ? and id = ?`,
      [workspaceId, datasourceId],
    );
  }

  /** The oldest changes that are still to be read. */
  changes(workspaceId: string, datasourceId: string, limit: number): Promise<RowChange[]> {
    return this.sql.inWorkspace<RowChange>(
      workspaceId,
      `select id::text as id, record_id as "recordId" from table_source_changes
       where workspace_id = ? and datasource_id = ? order by table_source_changes.id limit ?`,
      [workspaceId, datasourceId, limit],
    );
  }

  async forget(workspaceId: string, datasourceId: string, changeIds: readonly string[]): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `delete from table_source_changes where workspace_id = ? and datasource_id = ?
         and id in (select value::bigint from jsonb_array_elements_text(?::jsonb))`,
      [workspaceId, datasourceId, JSON.stringify(changeIds)],
    );
  }

  /** Forgets all changes that can be seen now: whoever reads everything from here on will meet them. */
  async forgetAll(workspaceId: string, datasourceId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'delete from table_source_changes where workspace_id = ? and datasource_id = ?',
      [workspaceId, datasourceId],
    );
  }

  /** Writes the document, by which others see that its passages are not what they were. */
  async #touch(workspaceId: string, documentId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update documents d set missed = missed where d.workspace_id = ? and d.id = ?',
      [workspaceId, documentId],
    );
  }
}

function attached(bot: string): string {
  return `select s.id as "datasourceId", d.id as "documentId", s.name, s.table_id as "tableId", s.table_view as view
    from datasources s
    join bot_datasources b on b.workspace_id = s.workspace_id and b.datasource_id = s.id
    join documents d on d.workspace_id = s.workspace_id and d.datasource_id = s.id
    where s.workspace_id = ? and b.bot_id = ${bot} and s.table_id is not null
    order by s.id`;
}
