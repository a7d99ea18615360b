import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import type { FiguresScope } from '../figures.repository.js';
import { ANSWERED, COMPLETED } from '../figures-sql.js';

/** What one column of the chart of questions stands for. */
export type ReportStep = 'day' | 'week' | 'month';

export interface StepFigures {
  /** The first day, as `2026-11-26`. */
  readonly day: string;
  readonly questions: number;
  readonly completed: number;
  readonly answered: number;
}

/** What only reports ask for. */
@Injectable()
export class ReportRepository {
  constructor(private readonly sql: Sql) {}

  /** Each step of a period by the clocks of a time zone, those without questions as well. */
  volume(
    { workspaceId, botId, from, to }: FiguresScope,
    step: ReportStep,
    timezone: string,
  ): Promise<StepFigures[]> {
    return this.sql.inWorkspace<StepFigures>(
      workspaceId,
      `with steps as (
         select generate_series(date_trunc(?::text, ?::timestamptz at time zone ?::text),
           (?::timestamptz - interval '1 millisecond') at time zone ?::text, ('1 ' || ?::text)::interval) as step
       ), turns as (
         select date_trunc(?::text, t.asked_at at time zone ?::text) as step, count(*) filter (where t.is_question)::int as questions,
           count(*) filter (where ${COMPLETED})::int as completed, count(*) filter (where ${ANSWERED})::int as answered
         from insight_turns t
         where t.workspace_id = ? and t.bot_id = ? and t.asked_at >= ?::timestamptz and t.asked_at < ?::timestamptz
         group by 1
       )
       select to_char(s.step, 'YYYY-MM-DD') as day, coalesce(t.questions, 0) as questions,
         coalesce(t.completed, 0) as completed, coalesce(t.answered, 0) as answered
       from steps s left join turns t on t.step = s.step order by s.step`,
      [...[step, from, timezone, to, timezone, step], ...[step, timezone, workspaceId, botId, from, to]],
    );
  }
}
