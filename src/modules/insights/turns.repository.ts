import { Injectable } from '@nestjs/common';
import { inBatches, newId, Sql } from '#common/database';
import { instantOrNull, millisecondsOf } from './instants.js';
import { bytesOf, vectorOf } from './vector-bytes.js';
import type { InsightState, KnownQuestion, Placement, QuestionRow, TurnRow } from './insights.types.js';

const PAGE = 500;
/** Before all ids. */
export const FIRST = '00000000-0000-0000-0000-000000000000';

interface StoredState {
  readonly readUntil: number | null;
  readonly readMark: string | null;
  readonly lastRunAt: number | null;
  readonly groupedAt: number | null;
  readonly groupedCount: number;
}

interface StoredQuestion extends Omit<KnownQuestion, 'vector'> {
  readonly vector: string | null;
}

/** Turns and questions of bots, as insights keep them. */
@Injectable()
export class InsightTurnsRepository {
  constructor(private readonly sql: Sql) {}

  /** How far a bot is. */
  async stateOf(workspaceId: string, botId: string): Promise<InsightState> {
    const [row] = await this.sql.inWorkspace<StoredState>(
      workspaceId,
      `select ${millisecondsOf('read_until')} as "readUntil", read_mark::text as "readMark", ${millisecondsOf('last_run_at')} as "lastRunAt",
         ${millisecondsOf('grouped_at')} as "groupedAt", grouped_count as "groupedCount"
       from insight_states where workspace_id = ? and bot_id = ?`,
      [workspaceId, botId],
    );
    return {
      readUntil: instantOrNull(row?.readUntil ?? null),
      readMark: row?.readMark ?? null,
      lastRunAt: instantOrNull(row?.lastRunAt ?? null),
      groupedAt: instantOrNull(row?.groupedAt ?? null),
      groupedCount: row?.groupedCount ?? 0,
    };
  }

  /** Holds the bot's insights to the end of the transaction. @returns when topics were last found anew. */
  async hold(workspaceId: string, botId: string): Promise<Date | null> {
    const [row] = await this.sql.inWorkspace<{ groupedAt: number | null }>(
      workspaceId,
      `select ${millisecondsOf('grouped_at')} as "groupedAt" from insight_states
       where workspace_id = ? and bot_id = ? for update`,
      [workspaceId, botId],
    );
    return instantOrNull(row?.groupedAt ?? null);
  }

  async noteRead(
    workspaceId: string,
    botId: string,
    { until, mark }: { readonly until: Date; readonly mark: string },
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `with given as (select ?::uuid as workspace_id, ?::uuid as bot_id, ?::timestamptz as at, ?::xid8 as mark)
       insert into insight_states (workspace_id, bot_id, read_until, last_run_at, read_mark)
       select workspace_id, bot_id, at, at, mark from given where workspace_id = ?
       on conflict (workspace_id, bot_id) do update set read_until = excluded.read_until,
         last_run_at = excluded.last_run_at, read_mark = excluded.read_mark`,
      [workspaceId, botId, until, mark, workspaceId],
    );
  }

  async noteGrouped(workspaceId: string, botId: string, at: Date, count: number): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update insight_states set grouped_at = ?::timestamptz, grouped_count = ?::int where workspace_id = ? and bot_id = ?',
      [at, count, workspaceId, botId],
    );
  }

  /** Keeps turns and their questions; those that are there already are brought up to date, where anything is other. */
  async save(
    workspaceId: string,
    botId: string,
    questions: readonly QuestionRow[],
    turns: readonly TurnRow[],
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into insight_questions (id, workspace_id, bot_id, key, text, language, group_id, created_at)
       select q.id, b.workspace_id, b.id, q.key, q.text, q.language, q.id, now()
       from bots b cross join jsonb_to_recordset(?::jsonb) as q(id uuid, key text, text text, language text)
       where b.workspace_id = ? and b.id = ?
       on conflict (workspace_id, bot_id, key) do nothing`,
      [JSON.stringify(questions), workspaceId, botId],
    );
    await this.sql.inWorkspace(
      workspaceId,
      `insert into insight_turns (workspace_id, answer_id, bot_id, conversation_id, question_id, asker, channel, asked_at,
         position, is_question, is_first, status, answered, is_refused, is_rephrased, is_handed_over, rating, cost_usd,
         latency_ms, model_provider, model_name)
       select c.workspace_id, t."answerId", c.bot_id, c.id, q.id, t.asker, t.channel, t."askedAt", t.position,
         t."isQuestion", t."isFirst", t.status, t.answered, t."isRefused", t."isRephrased", t."isHandedOver", t.rating,
         t."costUsd", t."latencyMs", t."modelProvider", t."modelName"
       from jsonb_to_recordset(?::jsonb) as t("answerId" uuid, "conversationId" uuid, key text, asker text, channel text,
         "askedAt" timestamptz, position int, "isQuestion" boolean, "isFirst" boolean, status text, answered boolean, "isRefused" boolean,
         "isRephrased" boolean, "isHandedOver" boolean, rating text, "costUsd" numeric, "latencyMs" int, "modelProvider" text, "modelName" text)
       join conversations c on c.workspace_id = ? and c.id = t."conversationId"
       left join insight_questions q on q.workspace_id = c.workspace_id and q.bot_id = c.bot_id and q.key = t.key
       on conflict (workspace_id, answer_id) do update set question_id = excluded.question_id,
         is_question = excluded.is_question, is_first = excluded.is_first, status = excluded.status,
         answered = excluded.answered, is_refused = excluded.is_refused,
         is_rephrased = insight_turns.is_rephrased or excluded.is_rephrased, is_handed_over = excluded.is_handed_over, rating = excluded.rating,
         cost_usd = excluded.cost_usd, latency_ms = excluded.latency_ms
       where (insight_turns.question_id, insight_turns.is_question, insight_turns.is_first, insight_turns.status,
           insight_turns.answered, insight_turns.is_refused, insight_turns.is_handed_over, insight_turns.rating,
           insight_turns.cost_usd, insight_turns.latency_ms)
         is distinct from (excluded.question_id, excluded.is_question, excluded.is_first, excluded.status, excluded.answered,
           excluded.is_refused, excluded.is_handed_over, excluded.rating, excluded.cost_usd, excluded.latency_ms)
         or (excluded.is_rephrased and not insight_turns.is_rephrased)`,
      [JSON.stringify(turns), workspaceId],
    );
  }

  /** Removes the turns of some conversations, and questions that were asked in no other. @returns how many of what. */
  async forget(
    workspaceId: string,
    conversationIds: readonly string[],
  ): Promise<{ insightTurns: number; insightQuestions: number }> {
    const turns = await this.sql.inWorkspace<{ questionId: string | null }>(
      workspaceId,
      `delete from insight_turns where workspace_id = ?
         and conversation_id in (select jsonb_array_elements_text(?::jsonb)::uuid)
       returning question_id as "questionId"`,
      [workspaceId, JSON.stringify(conversationIds)],
    );
    const asked = [...new Set(turns.flatMap(({ questionId }) => questionId ?? []))];
    // A replay of a gap has its questions in full.
    const [{ questions } = { questions: 0 }] = await this.sql.inWorkspace<{ questions: number }>(
      workspaceId,
      `with gone as (
         delete from insight_questions q where q.workspace_id = ?
           and q.id in (select jsonb_array_elements_text(?::jsonb)::uuid)
           and not exists (select 1 from insight_turns t where t.workspace_id = q.workspace_id and t.question_id = q.id)
         returning q.id, q.workspace_id, q.gap_id
       ), replays as (
         delete from insight_replays r using gone g where r.workspace_id = g.workspace_id and r.gap_id = g.gap_id
       )
       select count(*)::int as questions from gone where workspace_id = ?`,
      [workspaceId, JSON.stringify(asked), workspaceId],
    );
    return { insightTurns: turns.length, insightQuestions: questions };
  }

  /** Removes questions that nobody asks any more, since their conversations were removed. */
  async dropUnasked(workspaceId: string, botId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `delete from insight_questions q where q.workspace_id = ? and q.bot_id = ? and not exists (
         select 1 from insight_turns t where t.workspace_id = q.workspace_id and t.question_id = q.id)`,
      [workspaceId, botId],
    );
  }

  /** Conversations whose topics and areas are not those that they were told of, after one of them. */
  async listUntold(workspaceId: string, botId: string, after: string, limit: number): Promise<string[]> {
    const rows = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `select distinct t.conversation_id as id from insight_turns t
       left join insight_questions q on q.workspace_id = t.workspace_id and q.id = t.question_id
       left join insight_topics c on c.workspace_id = q.workspace_id and c.id = q.topic_id
       where t.workspace_id = ? and t.bot_id = ? and t.conversation_id > ?::uuid
         and (t.told_topic_id is distinct from q.topic_id or t.told_area_id is distinct from c.parent_id)
       order by 1 limit ?::int`,
      [workspaceId, botId, after, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Notes that conversations are told of their topics now. @returns the topics of each, and their areas. */
  tellTopics(
    workspaceId: string,
    conversationIds: readonly string[],
  ): Promise<{ conversationId: string; topicIds: string[] }[]> {
    return this.sql.inWorkspace<{ conversationId: string; topicIds: string[] }>(
      workspaceId,
      `with now as materialized (
         select t.workspace_id, t.answer_id, t.conversation_id, q.topic_id, c.parent_id as area_id from insight_turns t
         left join insight_questions q on q.workspace_id = t.workspace_id and q.id = t.question_id
         left join insight_topics c on c.workspace_id = q.workspace_id and c.id = q.topic_id
         where t.workspace_id = ? and t.conversation_id in (select jsonb_array_elements_text(?::jsonb)::uuid)
       ), told as (
         update insight_turns t set told_topic_id = n.topic_id, told_area_id = n.area_id from now n
         where t.workspace_id = n.workspace_id and t.answer_id = n.answer_id
           and (t.told_topic_id is distinct from n.topic_id or t.told_area_id is distinct from n.area_id)
       )
       select n.conversation_id as "conversationId",
         coalesce(jsonb_agg(distinct i.id) filter (where i.id is not null), '[]') as "topicIds"
       from now n cross join lateral (values (n.topic_id), (n.area_id)) i(id) group by n.conversation_id`,
      [workspaceId, JSON.stringify(conversationIds)],
    );
  }

  /** Questions without a vector of this model. */
  listUnembedded(workspaceId: string, botId: string, model: string, limit: number): Promise<QuestionRow[]> {
    return this.sql.inWorkspace<QuestionRow>(
      workspaceId,
      `select id, key, text, language from insight_questions
       where workspace_id = ? and bot_id = ? and vector_model is distinct from ? order by id limit ?::int`,
      [workspaceId, botId, model, limit],
    );
  }

  async countUnembedded(workspaceId: string, botId: string, model: string): Promise<number> {
    const [row] = await this.sql.inWorkspace<{ count: number }>(
      workspaceId,
      `select count(*)::int as count from insight_questions
       where workspace_id = ? and bot_id = ? and vector_model is distinct from ?`,
      [workspaceId, botId, model],
    );
    return row?.count ?? 0;
  }

  async saveVectors(
    workspaceId: string,
    model: string,
    vectors: readonly { readonly id: string; readonly vector: Float32Array }[],
  ): Promise<void> {
    const rows = vectors.map(({ id, vector }) => ({ id, vector: bytesOf(vector) }));
    await this.sql.inWorkspace(
      workspaceId,
      `update insight_questions q set vector = decode(v.vector, 'base64'), vector_model = ?
       from jsonb_to_recordset(?::jsonb) as v(id uuid, vector text)
       where q.workspace_id = ? and q.id = v.id`,
      [model, JSON.stringify(rows), workspaceId],
    );
  }

  /** All questions of a bot, with how often they were asked, in the order in which they came. */
  async listQuestions(workspaceId: string, botId: string): Promise<KnownQuestion[]> {
    const all: KnownQuestion[] = [];
    for (let after = FIRST; ;) {
      const page = await this.sql.inWorkspace<StoredQuestion>(
        workspaceId,
        `select q.id, q.text, q.language, q.group_id as "groupId", q.topic_id as "topicId", q.is_placed as "isPlaced",
           encode(q.vector, 'base64') as vector, (
             select count(*) from insight_turns t where t.workspace_id = q.workspace_id and t.question_id = q.id
           )::int as count
         from insight_questions q where q.workspace_id = ? and q.bot_id = ? and q.id > ?::uuid
         order by q.id limit ${PAGE}`,
        [workspaceId, botId, after],
      );
      all.push(...page.map(({ vector, ...question }) => ({ ...question, vector: vectorOf(vector) })));
      const last = page.at(-1);
      if (!last || page.length < PAGE) return all;
      after = last.id;
    }
  }

  async place(workspaceId: string, placements: readonly Placement[]): Promise<void> {
    for (const batch of inBatches(placements, PAGE)) {
      await this.sql.inWorkspace(
        workspaceId,
        `update insight_questions q set topic_id = p."topicId", group_id = p."groupId"
         from jsonb_to_recordset(?::jsonb) as p(id uuid, "topicId" uuid, "groupId" uuid)
         where q.workspace_id = ? and q.id = p.id
           and (q.topic_id is distinct from p."topicId" or q.group_id <> p."groupId")`,
        [JSON.stringify(batch), workspaceId],
      );
    }
  }
}

/** A new id for each question; those that are there keep theirs. */
export function newQuestion(key: string, text: string, language: string): QuestionRow {
  return { id: newId(), key, text, language };
}
