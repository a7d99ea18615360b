/** Conditions on a row `t` of `insight_turns`; the API document says the same in words (`dto/figures.response.ts`). */
export const COMPLETED = `t.is_question and t.status = 'complete' and t.answered is not null`;
export const ANSWERED = `${COMPLETED} and t.answered and not t.is_refused`;
export const RESOLVED = `${ANSWERED} and t.rating is distinct from 'down' and not t.is_rephrased and not t.is_handed_over`;
/** What tells that somebody went without an answer. */
export const UNANSWERED = `t.is_question and t.status = 'complete' and (t.answered = false or t.is_refused or t.rating = 'down' or t.is_rephrased or t.is_handed_over)`;

/** The columns of `Figures`, over rows `t`. */
export const FIGURES = `
  count(*) filter (where t.is_question)::int as questions,
  (count(distinct t.asker) filter (where t.is_question))::int as users,
  (count(distinct t.conversation_id) filter (where t.is_question))::int as conversations,
  count(*) filter (where ${COMPLETED})::int as completed,
  count(*) filter (where ${ANSWERED})::int as answered,
  count(*) filter (where ${RESOLVED})::int as resolved,
  count(*) filter (where t.is_first and ${COMPLETED})::int as "firstCompleted",
  count(*) filter (where t.is_first and ${RESOLVED})::int as "firstResolved",
  count(*) filter (where t.rating = 'up')::int as "ratedUp",
  count(*) filter (where t.rating = 'down')::int as "ratedDown",
  count(*) filter (where t.is_question and t.status = 'error')::int as failed,
  coalesce(sum(t.cost_usd), 0)::float8 as "costUsd",
  (percentile_cont(0.5) within group (order by t.latency_ms) filter (where t.status = 'complete'))::float8 as "latencyP50Ms",
  (percentile_cont(0.95) within group (order by t.latency_ms) filter (where t.status = 'complete'))::float8 as "latencyP95Ms"`;
