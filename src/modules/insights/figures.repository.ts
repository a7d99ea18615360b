import { Injectable } from '@nestjs/common';
import { type Page, type PageRequest, decodeCursor, Sql, toPage } from '#common/database';
import { FIGURES } from './figures-sql.js';
import { instantOf, instantOrNull, millisecondsOf } from './instants.js';
import type {
  Figures,
  HeatCell,
  ModelFigures,
  Period,
  QuestionFilter,
  QuestionView,
  TopicFigures,
  TopicFilter,
  TopicView,
} from './insights.types.js';

/** Which bot's turns, and when they were asked. */
export interface FiguresScope extends Period {
  readonly workspaceId: string;
  readonly botId: string;
}

interface TopicRowWithFigures
  extends Omit<TopicView, 'figures' | 'firstAskedAt' | 'lastAskedAt'>, TopicFigures {
  readonly firstAskedAt: number | null;
  readonly lastAskedAt: number | null;
}

interface QuestionRowWithFigures
  extends Omit<QuestionView, 'figures' | 'firstAskedAt' | 'lastAskedAt'>, TopicFigures {
  readonly firstAskedAt: number;
  readonly lastAskedAt: number;
}

/** Figures over turns, as the database counts them. */
@Injectable()
export class FiguresRepository {
  constructor(private readonly sql: Sql) {}

  async total({ workspaceId, botId, from, to }: FiguresScope): Promise<Figures> {
    const [row] = await this.sql.inWorkspace<Figures>(
      workspaceId,
      `select ${FIGURES} from insight_turns t
       where t.workspace_id = ? and t.bot_id = ? and t.asked_at >= ?::timestamptz and t.asked_at < ?::timestamptz`,
      [workspaceId, botId, from, to],
    );
    if (!row) throw new Error('Counting gave no row.');
    return row;
  }

  /** What was spent on which model. */
  models({ workspaceId, botId, from, to }: FiguresScope): Promise<ModelFigures[]> {
    return this.sql.inWorkspace<ModelFigures>(
      workspaceId,
      `select t.model_provider as provider, t.model_name as name, count(*)::int as answers,
         coalesce(sum(t.cost_usd), 0)::float8 as "costUsd"
       from insight_turns t
       where t.workspace_id = ? and t.bot_id = ? and t.asked_at >= ?::timestamptz and t.asked_at < ?::timestamptz
         and t.model_name is not null
       group by 1, 2 order by 4 desc, 3 desc, 1, 2 limit 50`,
      [workspaceId, botId, from, to],
    );
  }

  /** Questions by day of the week (1 is Monday) and hour, in a time zone; hours without questions are left out. */
  heat({ workspaceId, botId, from, to }: FiguresScope, timeZone: string): Promise<HeatCell[]> {
    return this.sql.inWorkspace<HeatCell>(
      workspaceId,
      `select extract(isodow from t.asked_at at time zone ?)::int as weekday,
         extract(hour from t.asked_at at time zone ?)::int as hour, count(*)::int as questions
       from insight_turns t
       where t.workspace_id = ? and t.bot_id = ? and t.asked_at >= ?::timestamptz and t.asked_at < ?::timestamptz
         and t.is_question
       group by 1, 2 order by 1, 2`,
      [timeZone, timeZone, workspaceId, botId, from, to],
    );
  }

  /** Topics with their figures, those that were asked about most first. Areas count what their topics count. */
  async topics(
    { workspaceId, botId, from, to }: FiguresScope,
    before: Period,
    { level, parentId, hidden }: TopicFilter,
    { limit, cursor }: PageRequest,
  ): Promise<Page<TopicView>> {
    const after = cursor ? decodeCursor(cursor) : null;
    const rows = await this.sql.inWorkspace<TopicRowWithFigures>(
      workspaceId,
      `with turns as (
         select t.*, p.id as place_id from insight_turns t
         join insight_questions q on q.workspace_id = t.workspace_id and q.id = t.question_id
         join insight_topics c on c.workspace_id = q.workspace_id and c.id = q.topic_id
         join insight_topics p on p.workspace_id = c.workspace_id and p.id in (c.id, c.parent_id)
         where t.workspace_id = ? and t.bot_id = ? and t.asked_at >= ?::timestamptz and t.asked_at < ?::timestamptz
       ), figures as (
         select t.place_id, ${FIGURES}, ${millisecondsOf('min(t.asked_at)')} as first_at, ${millisecondsOf('max(t.asked_at)')} as last_at from turns t
         where t.asked_at >= ?::timestamptz group by t.place_id
       ), earlier as (
         select place_id, count(*)::int as questions from turns where asked_at < ?::timestamptz group by place_id
       ), listed as (
         select p.id, p.level, p.parent_id as "parentId", p.name, p.named_by as "namedBy", p.terms,
           p.is_pinned as "isPinned", p.is_hidden as "isHidden", coalesce(e.questions, 0) as "questionsBefore",
           f.first_at as "firstAskedAt", f.last_at as "lastAskedAt",
           coalesce(f.questions, 0) as questions, coalesce(f.users, 0) as users,
           coalesce(f.conversations, 0) as conversations, coalesce(f.completed, 0) as completed,
           coalesce(f.answered, 0) as answered, coalesce(f.resolved, 0) as resolved,
           coalesce(f."firstCompleted", 0) as "firstCompleted", coalesce(f."firstResolved", 0) as "firstResolved",
           coalesce(f."ratedUp", 0) as "ratedUp", coalesce(f."ratedDown", 0) as "ratedDown",
           coalesce(f.failed, 0) as failed, coalesce(f."costUsd", 0) as "costUsd",
           f."latencyP50Ms", f."latencyP95Ms"
         from insight_topics p left join figures f on f.place_id = p.id left join earlier e on e.place_id = p.id
         where p.workspace_id = ? and p.bot_id = ? and (?::smallint is null or p.level = ?::smallint)
           and (?::uuid is null or p.parent_id = ?::uuid) and (?::boolean or not p.is_hidden)
       )
       select * from listed where ?::uuid is null
         or (questions, id) < (select l.questions, l.id from listed l where l.id = ?::uuid)
       order by questions desc, id desc limit ?::int`,
      [
        ...[workspaceId, botId, before.from, to, from, from],
        ...[workspaceId, botId, level ?? null, level ?? null, parentId ?? null, parentId ?? null, hidden],
        ...[after, after, limit + 1],
      ],
    );
    return toPage(
      rows.map(({ questionsBefore, ...row }) => ({
        ...restOf(row),
        questionsBefore,
        figures: figuresOf(row),
      })),
      limit,
    );
  }

  /** Questions that were asked in these or nearly these words, the most frequent first. */
  async questions(
    { workspaceId, botId, from, to }: FiguresScope,
    { topicId }: QuestionFilter,
    { limit, cursor }: PageRequest,
  ): Promise<Page<QuestionView>> {
    const after = cursor ? decodeCursor(cursor) : null;
    const rows = await this.sql.inWorkspace<QuestionRowWithFigures>(
      workspaceId,
      `with figures as (
         select q.group_id, count(distinct q.id)::int as phrasings, ${FIGURES}, ${millisecondsOf('min(t.asked_at)')} as first_at,
           ${millisecondsOf('max(t.asked_at)')} as last_at
         from insight_turns t join insight_questions q on q.workspace_id = t.workspace_id and q.id = t.question_id
         where t.workspace_id = ? and t.bot_id = ? and t.asked_at >= ?::timestamptz and t.asked_at < ?::timestamptz
           and (?::uuid is null or q.topic_id = ?::uuid)
         group by q.group_id
       ), listed as (
         select f.*, g.id, g.text, g.language, g.topic_id as "topicId", f.first_at as "firstAskedAt",
           f.last_at as "lastAskedAt"
         from figures f join insight_questions g on g.workspace_id = ? and g.id = f.group_id
       )
       select * from listed where ?::uuid is null
         or (questions, id) < (select l.questions, l.id from listed l where l.id = ?::uuid)
       order by questions desc, id desc limit ?::int`,
      [workspaceId, botId, from, to, topicId ?? null, topicId ?? null, workspaceId, after, after, limit + 1],
    );
    return toPage(
      rows.map((row) => {
        const { id, text, language, topicId: topic, phrasings } = row;
        const firstAskedAt = instantOf(row.firstAskedAt);
        const lastAskedAt = instantOf(row.lastAskedAt);
        const shared = { id, text, language, topicId: topic, phrasings, firstAskedAt, lastAskedAt };
        return { ...shared, figures: figuresOf(row) };
      }),
      limit,
    );
  }
}

function restOf(
  row: Omit<TopicRowWithFigures, 'questionsBefore'>,
): Omit<TopicView, 'figures' | 'questionsBefore'> {
  const { id, level, parentId, name, namedBy, terms, isPinned, isHidden } = row;
  return {
    ...{ id, level, parentId, name, namedBy, terms, isPinned, isHidden },
    firstAskedAt: instantOrNull(row.firstAskedAt),
    lastAskedAt: instantOrNull(row.lastAskedAt),
  };
}

function figuresOf(row: TopicFigures): Figures {
  const { questions, users, conversations, completed, answered, resolved, firstCompleted, firstResolved } =
    row;
  const { ratedUp, ratedDown, failed, costUsd, latencyP50Ms, latencyP95Ms } = row;
  return {
    ...{ questions, users, conversations, completed, answered, resolved, firstCompleted, firstResolved },
    ...{ ratedUp, ratedDown, failed, costUsd, latencyP50Ms, latencyP95Ms },
  };
}
