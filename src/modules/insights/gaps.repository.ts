import { Injectable } from '@nestjs/common';
import { decodeCursor, newId, type PageRequest, Sql, toPage } from '#common/database';
import { ANSWERED, COMPLETED, UNANSWERED } from './figures-sql.js';
import type { Gap, GapFix, GapPage, GapState, Replay, ReplayedQuestion } from './gaps.types.js';
import { instantOf, instantOrNull, millisecondsOf } from './instants.js';

const MOST_NEW = 5_000;
const SHOWN_CONVERSATIONS = 10;
const SHOWN_REPLAYS = 10;

interface StoredGap extends Omit<Gap, 'signals' | 'before' | 'after' | 'lastAskedAt' | 'fixedAt'> {
  readonly lastAskedAt: number | null;
  readonly fixedAt: number | null;
  readonly notFound: number;
  readonly refused: number;
  readonly ratedDown: number;
  readonly rephrased: number;
  readonly handedOver: number;
  readonly completedBefore: number;
  readonly answeredBefore: number;
  readonly completedAfter: number;
  readonly answeredAfter: number;
}

/** A question that went without an answer and belongs to no gap yet. */
export interface UnansweredQuestion {
  readonly id: string;
  readonly groupId: string;
  readonly vector: string | null;
}

/** A gap, by the question that stands for it. */
export interface GapLead extends UnansweredQuestion {
  readonly gapId: string;
}

/** A gap that is to be, and the questions that belong to one. */
export interface GapMembers {
  readonly gapId: string;
  readonly questionIds: readonly string[];
  /** Of a gap that is new: the question that stands for it. */
  readonly leadId: string | null;
}

/** Gaps and what was tried about them. */
@Injectable()
export class GapsRepository {
  constructor(private readonly sql: Sql) {}

  /** Those that most people asked first. */
  listUnanswered(workspaceId: string, botId: string): Promise<UnansweredQuestion[]> {
    return this.sql.inWorkspace<UnansweredQuestion>(
      workspaceId,
      `select q.id, q.group_id as "groupId", encode(q.vector, 'base64') as vector
       from insight_questions q join lateral (
         select count(distinct t.asker) as users from insight_turns t
         where t.workspace_id = q.workspace_id and t.question_id = q.id and ${UNANSWERED}
       ) u on u.users > 0
       where q.workspace_id = ? and q.bot_id = ? and q.gap_id is null order by u.users desc, q.id limit ${MOST_NEW}`,
      [workspaceId, botId],
    );
  }

  listLeads(workspaceId: string, botId: string): Promise<GapLead[]> {
    return this.sql.inWorkspace<GapLead>(
      workspaceId,
      `select g.id as "gapId", q.id, q.group_id as "groupId", encode(q.vector, 'base64') as vector
       from insight_gaps g join insight_questions q on q.workspace_id = g.workspace_id and q.id = g.question_id
       where g.workspace_id = ? and g.bot_id = ? order by g.id`,
      [workspaceId, botId],
    );
  }

  async save(workspaceId: string, botId: string, gaps: readonly GapMembers[], at: Date): Promise<void> {
    const fresh = gaps.filter(({ leadId }) => leadId !== null);
    await this.sql.inWorkspace(
      workspaceId,
      `insert into insight_gaps (id, workspace_id, bot_id, question_id, state, created_at, updated_at)
       select g."gapId", q.workspace_id, q.bot_id, q.id, 'open', ?::timestamptz, ?::timestamptz
       from jsonb_to_recordset(?::jsonb) as g("gapId" uuid, "leadId" uuid)
       join insight_questions q on q.workspace_id = ? and q.bot_id = ? and q.id = g."leadId"`,
      [at, at, JSON.stringify(fresh), workspaceId, botId],
    );
    const members = gaps.flatMap(({ gapId, questionIds }) => questionIds.map((id) => ({ id, gapId })));
    await this.sql.inWorkspace(
      workspaceId,
      `update insight_questions q set gap_id = g.id
       from jsonb_to_recordset(?::jsonb) as m(id uuid, "gapId" uuid) join insight_gaps g on g.id = m."gapId"
       where q.workspace_id = ? and g.workspace_id = q.workspace_id and q.bot_id = ? and q.id = m.id`,
      [JSON.stringify(members), workspaceId, botId],
    );
  }

  /** Those first that most people asked. */
  async list(
    workspaceId: string,
    botId: string,
    state: GapState | null,
    { limit, cursor }: PageRequest,
  ): Promise<GapPage> {
    const after = cursor ? decodeCursor(cursor) : null;
    const rows = await this.sql.inWorkspace<StoredGap>(
      workspaceId,
      `${LISTED} select * from listed where (?::text is null or state = ?::text)
         and (?::uuid is null or (users, times, id) < (select l.users, l.times, l.id from listed l where l.id = ?::uuid))
       order by users desc, times desc, id desc limit ?::int`,
      [workspaceId, botId, workspaceId, botId, state, state, after, after, limit + 1],
    );
    return toPage(rows.map(gapOf), limit);
  }

  async find(workspaceId: string, botId: string, id: string): Promise<Gap | null> {
    const [row] = await this.sql.inWorkspace<StoredGap>(
      workspaceId,
      `${LISTED} select * from listed where id = ?::uuid`,
      [workspaceId, botId, workspaceId, botId, id],
    );
    return row ? gapOf(row) : null;
  }

  /** The ways in which it was asked, the most frequent first. */
  async phrasings(workspaceId: string, gapId: string, limit: number): Promise<string[]> {
    const rows = await this.sql.inWorkspace<{ text: string }>(
      workspaceId,
      `select q.text from insight_questions q left join insight_turns t on t.workspace_id = q.workspace_id and t.question_id = q.id
       where q.workspace_id = ? and q.gap_id = ? group by q.id, q.text order by count(t.answer_id) desc, q.id limit ?::int`,
      [workspaceId, gapId, limit],
    );
    return rows.map(({ text }) => text);
  }

  /** Conversations in which somebody went without an answer, newest first. */
  async conversations(workspaceId: string, gapId: string): Promise<string[]> {
    const rows = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `select t.conversation_id as id from insight_turns t
       join insight_questions q on q.workspace_id = t.workspace_id and q.id = t.question_id
       where t.workspace_id = ? and q.gap_id = ? and ${UNANSWERED}
       group by t.conversation_id order by max(t.asked_at) desc, 1 limit ${SHOWN_CONVERSATIONS}`,
      [workspaceId, gapId],
    );
    return rows.map(({ id }) => id);
  }

  async changeState(workspaceId: string, id: string, state: GapState, at: Date): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update insight_gaps set state = ?, updated_at = ?::timestamptz,
         fixed_at = case when ? = 'fixed' then coalesce(fixed_at, ?::timestamptz) else null end
       where workspace_id = ? and id = ?`,
      [state, at, state, at, workspaceId, id],
    );
  }

  async keepFix(workspaceId: string, id: string, fix: GapFix, at: Date): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update insight_gaps set state = 'fixed', fix = ?::jsonb, fixed_at = ?::timestamptz, updated_at = ?::timestamptz
       where workspace_id = ? and id = ?`,
      [JSON.stringify(fix), at, at, workspaceId, id],
    );
  }

  async addReplay(
    workspaceId: string,
    gapId: string,
    answers: readonly ReplayedQuestion[],
    at: Date,
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into insight_replays (id, workspace_id, gap_id, asked, answered, answers, created_at)
       select ?::uuid, g.workspace_id, g.id, ?::int, ?::int, ?::jsonb, ?::timestamptz
       from insight_gaps g where g.workspace_id = ? and g.id = ?`,
      [
        ...[
          newId(),
          answers.length,
          answers.filter(({ answered }) => answered).length,
          JSON.stringify(answers),
        ],
        ...[at, workspaceId, gapId],
      ],
    );
  }

  /** Newest first. */
  async replays(workspaceId: string, gapId: string): Promise<Replay[]> {
    const rows = await this.sql.inWorkspace<Omit<Replay, 'createdAt'> & { createdAt: number }>(
      workspaceId,
      `select id, asked, answered, answers, ${millisecondsOf('created_at')} as "createdAt" from insight_replays
       where workspace_id = ? and gap_id = ? order by id desc limit ${SHOWN_REPLAYS}`,
      [workspaceId, gapId],
    );
    return rows.map((row) => ({ ...row, createdAt: instantOf(row.createdAt) }));
  }
}

const SINCE_FIX = 't.asked_at >= g.fixed_at';
const BEFORE_FIX = `(${SINCE_FIX}) is not true`;

/**
 * Gaps of one bot with their figures, as `listed`; counted once, also while the planner knows little of tables that have
 * just been filled. Parameters: workspace, bot, workspace, bot.
 */
const LISTED = `with figures as materialized (
    select g.id,
      (count(distinct t.asker) filter (where ${UNANSWERED}))::int as users,
      count(*) filter (where ${UNANSWERED})::int as times,
      count(*) filter (where ${COMPLETED} and not t.answered)::int as not_found,
      count(*) filter (where ${COMPLETED} and t.is_refused)::int as refused,
      count(*) filter (where t.rating = 'down')::int as rated_down,
      count(*) filter (where t.is_rephrased)::int as rephrased,
      count(*) filter (where t.is_handed_over)::int as handed_over,
      count(*) filter (where ${COMPLETED} and ${BEFORE_FIX})::int as completed_before,
      count(*) filter (where ${ANSWERED} and ${BEFORE_FIX})::int as answered_before,
      count(*) filter (where ${COMPLETED} and ${SINCE_FIX})::int as completed_after,
      count(*) filter (where ${ANSWERED} and ${SINCE_FIX})::int as answered_after,
      ${millisecondsOf('max(t.asked_at)')} as last_at
    from insight_gaps g
    join insight_questions q on q.workspace_id = g.workspace_id and q.gap_id = g.id
    join insight_turns t on t.workspace_id = q.workspace_id and t.question_id = q.id
    where g.workspace_id = ? and g.bot_id = ? group by g.id
  ), listed as (
    select g.id, g.state, l.text as question, l.id as "questionId", l.topic_id as "topicId", g.fix,
      ${millisecondsOf('g.fixed_at')} as "fixedAt", coalesce(f.users, 0) as users, coalesce(f.times, 0) as times,
      coalesce(f.not_found, 0) as "notFound", coalesce(f.refused, 0) as refused,
      coalesce(f.rated_down, 0) as "ratedDown", coalesce(f.rephrased, 0) as rephrased,
      coalesce(f.handed_over, 0) as "handedOver", coalesce(f.completed_before, 0) as "completedBefore",
      coalesce(f.answered_before, 0) as "answeredBefore", coalesce(f.completed_after, 0) as "completedAfter",
      coalesce(f.answered_after, 0) as "answeredAfter", f.last_at as "lastAskedAt"
    from insight_gaps g join insight_questions l on l.workspace_id = g.workspace_id and l.id = g.question_id
    left join figures f on f.id = g.id
    where g.workspace_id = ? and g.bot_id = ?
  )`;

function gapOf(row: StoredGap): Gap {
  const { id, state, question, questionId, topicId, users, times, fix } = row;
  const { notFound, refused, ratedDown, rephrased, handedOver } = row;
  return {
    ...{ id, state, question, questionId, topicId, users, times, fix },
    signals: { notFound, refused, ratedDown, rephrased, handedOver },
    lastAskedAt: instantOrNull(row.lastAskedAt),
    fixedAt: instantOrNull(row.fixedAt),
    before: { completed: row.completedBefore, answered: row.answeredBefore },
    after: { completed: row.completedAfter, answered: row.answeredAfter },
  };
}
