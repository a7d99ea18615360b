import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import type { TopicRow } from './insights.types.js';

const COLUMNS = `id, level, parent_id as "parentId", name, named_by as "namedBy", terms, is_pinned as "isPinned",
  is_hidden as "isHidden", is_moved as "isMoved", is_united as "isUnited"`;

/** Topics of bots and how they hang together. */
@Injectable()
export class TopicsRepository {
  constructor(private readonly sql: Sql) {}

  /** All of a bot's; they are some hundred at most. */
  list(workspaceId: string, botId: string): Promise<TopicRow[]> {
    return this.sql.inWorkspace<TopicRow>(
      workspaceId,
      `select ${COLUMNS} from insight_topics where workspace_id = ? and bot_id = ? order by id`,
      [workspaceId, botId],
    );
  }

  async find(workspaceId: string, botId: string, id: string): Promise<TopicRow | null> {
    const [row] = await this.sql.inWorkspace<TopicRow>(
      workspaceId,
      `select ${COLUMNS} from insight_topics where workspace_id = ? and bot_id = ? and id = ?`,
      [workspaceId, botId, id],
    );
    return row ?? null;
  }

  /** Keeps topics as they are given, areas first. */
  async save(workspaceId: string, botId: string, topics: readonly TopicRow[], at: Date): Promise<void> {
    for (const level of [1, 2]) {
      const rows = topics.filter((topic) => topic.level === level);
      if (rows.length === 0) continue;
      await this.sql.inWorkspace(
        workspaceId,
        `insert into insight_topics (id, workspace_id, bot_id, level, parent_id, name, named_by, terms, is_pinned,
           is_hidden, is_moved, is_united, created_at, updated_at)
         select t.id, b.workspace_id, b.id, t.level, t."parentId", t.name, t."namedBy",
           array(select jsonb_array_elements_text(t.terms)), t."isPinned", t."isHidden", t."isMoved", t."isUnited",
           ?::timestamptz, ?::timestamptz
         from bots b cross join jsonb_to_recordset(?::jsonb) as t(id uuid, level smallint, "parentId" uuid, name text,
           "namedBy" text, terms jsonb, "isPinned" boolean, "isHidden" boolean, "isMoved" boolean, "isUnited" boolean)
         where b.workspace_id = ? and b.id = ?
         on conflict (id) do update set parent_id = excluded.parent_id, name = excluded.name,
           named_by = excluded.named_by, terms = excluded.terms, is_pinned = excluded.is_pinned,
           is_hidden = excluded.is_hidden, is_moved = excluded.is_moved, is_united = excluded.is_united,
           updated_at = excluded.updated_at`,
        [at, at, JSON.stringify(rows), workspaceId, botId],
      );
    }
  }

  async remove(workspaceId: string, ids: readonly string[]): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'delete from insight_topics where workspace_id = ? and id in (select jsonb_array_elements_text(?::jsonb)::uuid)',
      [workspaceId, JSON.stringify(ids)],
    );
  }

  /** Gives the questions of one topic to another. */
  async moveQuestions(workspaceId: string, from: string, to: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update insight_questions set topic_id = ? where workspace_id = ? and topic_id = ?',
      [to, workspaceId, from],
    );
  }

  /** Gives the topics of one area to another. */
  async moveTopics(workspaceId: string, from: string, to: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update insight_topics set parent_id = ? where workspace_id = ? and parent_id = ?',
      [to, workspaceId, from],
    );
  }

  /** Puts a group of questions where the team wants it. @returns how many there were. */
  async placeGroup(workspaceId: string, botId: string, groupId: string, topicId: string): Promise<number> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `update insight_questions set topic_id = ?, is_placed = true
       where workspace_id = ? and bot_id = ? and group_id = ? returning id`,
      [topicId, workspaceId, botId, groupId],
    );
    return rows.length;
  }
}
