import { Injectable } from '@nestjs/common';
import { decodeCursor, isoTime, newId, type Page, type PageRequest, Sql, toPage } from '#common/database';
import type { LearnedPair, QaItem, QaPair } from './qa.types.js';

const COLUMNS = `i.id, i.question, i.answer, i.origin_id as "originId", i.created_by_id as "createdById",
  ${isoTime('i.created_at')} as "createdAt", ${isoTime('i.updated_at')} as "updatedAt"`;

/** Questions and answers of the sources that are made of them. */
@Injectable()
export class QaItemsRepository {
  constructor(private readonly sql: Sql) {}

  /** Adds pairs in their order; one of an origin that the source has a pair of takes its place. */
  async add(
    workspaceId: string,
    datasourceId: string,
    actorId: string,
    pairs: readonly LearnedPair[],
  ): Promise<QaItem[]> {
    const rows = pairs.map((pair) => ({ id: newId(), originId: null, ...pair }));
    const added = await this.sql.inWorkspace<QaItem>(
      workspaceId,
      `insert into qa_items as i (id, workspace_id, datasource_id, question, answer, origin_id, created_by_id)
       select p.id, d.workspace_id, d.id, p.question, p.answer, p."originId", ?::uuid
       from datasources d cross join jsonb_to_recordset(?::jsonb) as p(id uuid, question text, answer text, "originId" uuid)
       where d.workspace_id = ? and d.id = ?
       on conflict (workspace_id, datasource_id, origin_id) where origin_id is not null
         do update set question = excluded.question, answer = excluded.answer, updated_at = now()
       returning ${COLUMNS}`,
      [actorId, JSON.stringify(rows), workspaceId, datasourceId],
    );
    return added.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  async change(
    workspaceId: string,
    datasourceId: string,
    id: string,
    { question, answer }: Partial<QaPair>,
  ): Promise<QaItem | null> {
    const [row] = await this.sql.inWorkspace<QaItem>(
      workspaceId,
      `update qa_items i set question = coalesce(?::text, i.question), answer = coalesce(?::text, i.answer),
         updated_at = now()
       where i.workspace_id = ? and i.datasource_id = ? and i.id = ? returning ${COLUMNS}`,
      [question ?? null, answer ?? null, workspaceId, datasourceId, id],
    );
    return row ?? null;
  }

  async remove(workspaceId: string, datasourceId: string, id: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from qa_items where workspace_id = ? and datasource_id = ? and id = ? returning id',
      [workspaceId, datasourceId, id],
    );
    return rows.length > 0;
  }

  async count(workspaceId: string, datasourceId: string): Promise<number> {
    const [row] = await this.sql.inWorkspace<{ count: number }>(
      workspaceId,
      'select count(*)::int as count from qa_items where workspace_id = ? and datasource_id = ?',
      [workspaceId, datasourceId],
    );
    return row?.count ?? 0;
  }

  /** In the order in which they were added. */
  async list(
    workspaceId: string,
    datasourceId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<QaItem>> {
    const rows = await this.sql.inWorkspace<QaItem>(
      workspaceId,
      `select ${COLUMNS} from qa_items i where i.workspace_id = ? and i.datasource_id = ?
       ${cursor === undefined ? '' : 'and i.id > ?::uuid'} order by i.id limit ?`,
      [workspaceId, datasourceId, ...(cursor === undefined ? [] : [decodeCursor(cursor)]), limit + 1],
    );
    return toPage(rows, limit);
  }

  /** All of them, in their order. */
  async listPairs(workspaceId: string, datasourceId: string): Promise<QaPair[]> {
    return this.sql.inWorkspace<QaPair>(
      workspaceId,
      'select question, answer from qa_items where workspace_id = ? and datasource_id = ? order by id',
      [workspaceId, datasourceId],
    );
  }

  /** The oldest source of this kind that only this bot answers from. */
  async findSourceOf(workspaceId: string, botId: string): Promise<string | null> {
    const [row] = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `select d.id from datasources d
       join bot_datasources b on b.workspace_id = d.workspace_id and b.datasource_id = d.id
       where d.workspace_id = ? and d.type = 'qa' and b.bot_id = ?
         and not exists (select 1 from bot_datasources o where o.workspace_id = d.workspace_id
           and o.datasource_id = d.id and o.bot_id <> b.bot_id)
       order by d.id limit 1`,
      [workspaceId, botId],
    );
    return row?.id ?? null;
  }
}
