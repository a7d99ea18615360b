import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import { FIGURES, UNANSWERED } from '../figures-sql.js';
import type { FiguresScope } from '../figures.repository.js';
import { instantOf, millisecondsOf } from '../instants.js';
import type { Figures, Period } from '../insights.types.js';
import type { TopicSpan } from './topic-life.js';
import type { Interval } from './trends.types.js';

/** A stretch of a series before anything is counted. */
export interface Bucket {
  readonly at: Date;
  readonly until: Date;
  /** 1 is Monday. */
  readonly weekday: number;
  readonly hour: number;
}

/** How often something came in a topic within a stretch, and in all the time around it. */
export interface TopicCounts {
  readonly topicId: string;
  readonly name: string;
  readonly inside: number;
  readonly outside: number;
}

/** Series over turns, in the time zone of whoever looks. */
@Injectable()
export class TrendsRepository {
  constructor(private readonly sql: Sql) {}

  /** The stretches of a period, as the clocks of the time zone have them; hours are counted, so that each is one. */
  async buckets({ from, to }: Period, interval: Interval, timeZone: string): Promise<Bucket[]> {
    const series =
      interval === 'hour'
        ? `select s as at, s + interval '1 hour' as until
           from generate_series(date_trunc('hour', ?::timestamptz, ?), ?::timestamptz - interval '1 millisecond', interval '1 hour') s`
        : `select s at time zone z.name as at, (s + interval '1 ${interval}') at time zone z.name as until
           from (select ?::timestamptz as begins, ?::text as name, ?::timestamptz as ends) z cross join lateral generate_series(
             date_trunc('${interval}', z.begins at time zone z.name), (z.ends - interval '1 millisecond') at time zone z.name,
             interval '1 ${interval}') s`;
    const rows = await this.sql.acrossWorkspaces<{
      at: number;
      until: number;
      weekday: number;
      hour: number;
    }>(
      'it reads no rows, only the calendar',
      `select ${millisecondsOf('b.at')} as at, ${millisecondsOf('b.until')} as until,
         extract(isodow from b.at at time zone ?)::int as weekday, extract(hour from b.at at time zone ?)::int as hour
       from (${series}) b order by 1`,
      [timeZone, timeZone, from, timeZone, to],
    );
    return rows.map(({ at, until, ...row }) => ({ ...row, at: instantOf(at), until: instantOf(until) }));
  }

  /** Figures by the beginning of their stretch, in milliseconds. */
  async figures(
    { workspaceId, botId, from, to }: FiguresScope,
    interval: Interval,
    timeZone: string,
  ): Promise<ReadonlyMap<number, Figures>> {
    const rows = await this.sql.inWorkspace<Figures & { at: number }>(
      workspaceId,
      `select ${millisecondsOf('t.at')} as at, ${FIGURES} from (
         select i.*, date_trunc(?, i.asked_at, ?) as at from insight_turns i
         where i.workspace_id = ? and i.bot_id = ? and i.asked_at >= ?::timestamptz and i.asked_at < ?::timestamptz
       ) t group by t.at`,
      [interval, timeZone, workspaceId, botId, from, to],
    );
    return new Map(rows.map(({ at, ...figures }) => [Math.round(at), figures]));
  }

  /** When the questions of each topic were asked, up to an instant. */
  async spans({ workspaceId, botId, to }: FiguresScope): Promise<TopicSpan[]> {
    const rows = await this.sql.inWorkspace<
      Omit<TopicSpan, 'first' | 'last'> & { first: number; last: number }
    >(
      workspaceId,
      `select p.id as "topicId", p.name, count(*)::int as questions, count(distinct t.conversation_id)::int as conversations,
         ${millisecondsOf('percentile_disc(0.1) within group (order by t.asked_at)')} as first,
         ${millisecondsOf('percentile_disc(0.9) within group (order by t.asked_at)')} as last
       from insight_turns t
       join insight_questions q on q.workspace_id = t.workspace_id and q.id = t.question_id
       join insight_topics p on p.workspace_id = q.workspace_id and p.id = q.topic_id
       where t.workspace_id = ? and t.bot_id = ? and t.asked_at < ?::timestamptz and not p.is_hidden
       group by p.id, p.name`,
      [workspaceId, botId, to],
    );
    return rows.map(({ first, last, ...row }) => ({
      ...row,
      first: instantOf(first),
      last: instantOf(last),
    }));
  }

  /** When the first question was asked; null when none was. */
  async begun({ workspaceId, botId }: FiguresScope): Promise<Date | null> {
    const [row] = await this.sql.inWorkspace<{ at: number | null }>(
      workspaceId,
      `select ${millisecondsOf('min(t.asked_at)')} as at from insight_turns t where t.workspace_id = ? and t.bot_id = ?`,
      [workspaceId, botId],
    );
    return row?.at ? instantOf(row.at) : null;
  }

  /** How often each topic was asked about, or failed, within a stretch and around it. */
  topicCounts(
    { workspaceId, botId, from, to }: FiguresScope,
    stretch: Period,
    counted: 'questions' | 'unanswered' | 'ratedDown',
  ): Promise<TopicCounts[]> {
    const condition = { questions: 't.is_question', unanswered: UNANSWERED, ratedDown: `t.rating = 'down'` }[
      counted
    ];
    return this.sql.inWorkspace<TopicCounts>(
      workspaceId,
      `select c."topicId", c.name, c.inside, c.outside from (
         select p.id as "topicId", p.name,
           count(*) filter (where t.asked_at >= ?::timestamptz and t.asked_at < ?::timestamptz)::int as inside,
           count(*) filter (where not (t.asked_at >= ?::timestamptz and t.asked_at < ?::timestamptz))::int as outside
         from insight_turns t
         join insight_questions q on q.workspace_id = t.workspace_id and q.id = t.question_id
         join insight_topics p on p.workspace_id = q.workspace_id and p.id = q.topic_id
         where t.workspace_id = ? and t.bot_id = ? and t.asked_at >= ?::timestamptz and t.asked_at < ?::timestamptz
           and ${condition}
         group by p.id, p.name
       ) c where c.inside > 0 order by c.inside desc limit 200`,
      [stretch.from, stretch.to, stretch.from, stretch.to, workspaceId, botId, from, to],
    );
  }
}
