import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import type { TopicRow, UnnamedTopic } from './insights.types.js';

const COLUMNS = `id, level, parent_id as "parentId", name, named_by as "namedBy", terms, is_pinned as "isPinned",
  is_hidden as "isHidden", is_moved as "isMoved", is_united as "isUnited"`;

/** Questions of a topic that are shown to a model which names it. */
const SAMPLES = 6;

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

  /** Topics and areas that neither the team nor a model has named, those that were asked about most first. */
  listUnnamed(workspaceId: string, botId: string, limit: number): Promise<UnnamedTopic[]> {
    return this.sql.inWorkspace<UnnamedTopic>(
      workspaceId,
      `with asked as (
         select q.id, q.text, q.topic_id, c.parent_id, count(*) as times from insight_turns t
         join insight_questions q on q.workspace_id = t.workspace_id and q.id = t.question_id
         join insight_topics c on c.workspace_id = q.workspace_id and c.id = q.topic_id
         where t.workspace_id = ? and t.bot_id = ? group by q.id, q.text, q.topic_id, c.parent_id
       ), placed as (
         select p.id, a.text, sum(a.times) over (partition by p.id) as times,
           row_number() over (partition by p.id order by a.times desc, a.id) as place
         from insight_topics p join asked a on p.id in (a.topic_id, a.parent_id)
         where p.workspace_id = ? and p.bot_id = ? and p.named_by = 'terms' and not p.is_hidden
       )
       select id, jsonb_agg(text order by place) as samples from placed where place <= ${SAMPLES}
       group by id, times order by times desc, id limit ?::int`,
      [workspaceId, botId, workspaceId, botId, limit],
    );
  }

  /** Those that the team has named meanwhile stay as they are. @returns how many got their name. */
  async nameByModel(
    workspaceId: string,
    names: readonly { readonly id: string; readonly name: string }[],
  ): Promise<number> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `update insight_topics t set name = n.name, named_by = 'model', updated_at = now()
       from jsonb_to_recordset(?::jsonb) as n(id uuid, name text)
       where t.workspace_id = ? and t.id = n.id and t.named_by = 'terms' returning t.id`,
      [JSON.stringify(names), workspaceId],
    );
    return rows.length;
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
