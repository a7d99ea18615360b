import { Injectable } from '@nestjs/common';
import { isoTime, newId, Sql, translateViolations } from '#common/database';
import { BudgetExists, UnknownBudgetBot } from './budgets.errors.js';
import type { ModelRef } from '../providers.types.js';
import type {
  Budget,
  BudgetChanges,
  BudgetDraft,
  BudgetStatus,
  Reservation,
  ReservedCall,
} from './budgets.types.js';

/** Longer than any answer may take. What is still held back then belongs to a turn that is there no more. */
const RESERVED_FOR = `interval '10 minutes'`;
const PERIOD_START = `date_trunc(b.period, now() at time zone 'UTC')::date`;

const STATUS = `select b.id, b.bot_id as "botId", b.period, b.unit, b.amount::float8 as amount, b.fallback,
    ${isoTime('b.created_at')} as "createdAt", ${isoTime('b.updated_at')} as "updatedAt",
    ${isoTime(`(${PERIOD_START}::timestamp at time zone 'UTC')`)} as "periodStartsAt", coalesce(p.used, 0)::float8 as used,
    coalesce((select sum(r.amount) from budget_reservations r
      where r.workspace_id = b.workspace_id and r.budget_id = b.id and r.starts_on = ${PERIOD_START}
        and r.expires_at > now()), 0)::float8 as reserved
  from budgets b
  left join budget_periods p on p.workspace_id = b.workspace_id and p.budget_id = b.id and p.starts_on = ${PERIOD_START}`;

/** What a budget of which part was spent, and which share had been announced before. */
export interface SpentBudget extends Budget {
  readonly used: number;
  readonly announced: number;
  readonly startsOn: string;
}

@Injectable()
export class BudgetsRepository {
  constructor(private readonly sql: Sql) {}

  list(workspaceId: string, limit: number, after: string | null): Promise<BudgetStatus[]> {
    return this.sql.inWorkspace<BudgetStatus>(
      workspaceId,
      `${STATUS} where b.workspace_id = ? and (?::uuid is null or b.id < ?) order by b.id desc limit ?`,
      [workspaceId, after, after, limit],
    );
  }

  async find(workspaceId: string, id: string): Promise<BudgetStatus | null> {
    const [row] = await this.sql.inWorkspace<BudgetStatus>(
      workspaceId,
      `${STATUS} where b.workspace_id = ? and b.id = ?`,
      [workspaceId, id],
    );
    return row ?? null;
  }

  /** @throws BudgetExists, UnknownBudgetBot */
  async add(workspaceId: string, { botId, period, unit, amount, fallback }: BudgetDraft): Promise<string> {
    const id = newId();
    const rows = await translateViolations({ budgets_bot_fk: () => new UnknownBudgetBot() }, () =>
      this.sql.inWorkspace(
        workspaceId,
        `insert into budgets (id, workspace_id, bot_id, period, unit, amount, fallback, created_at, updated_at)
         select ?::uuid, w.id, ?::uuid, ?, ?, ?::numeric, ?::jsonb, now(), now()
         from (select ?::uuid as id) w where not exists (select 1 from budgets b where b.workspace_id = ?
           and b.bot_id is not distinct from ?::uuid and b.period = ? and b.unit = ?)
         on conflict do nothing returning id`,
        [
          ...[id, botId, period, unit, amount, fallback && JSON.stringify(fallback)],
          ...[workspaceId, workspaceId, botId, period, unit],
        ],
      ),
    );
    if (rows.length === 0) throw new BudgetExists();
    return id;
  }

  async change(workspaceId: string, id: string, { amount, fallback }: BudgetChanges): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `update budgets set amount = coalesce(?::numeric, amount),
         fallback = case when ? then ?::jsonb else fallback end, updated_at = now()
       where workspace_id = ? and id = ? returning id`,
      [amount ?? null, fallback !== undefined, fallback ? JSON.stringify(fallback) : null, workspaceId, id],
    );
    return rows.length > 0;
  }

  async remove(workspaceId: string, id: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'delete from budgets where workspace_id = ? and id = ? returning id',
      [workspaceId, id],
    );
    return rows.length > 0;
  }

  /**
   * Holds an amount back, in the caller's unit of work. The row of the period is locked until it ends, so that of many
   * at once each sees what those before it hold back.
   *
   * @returns whether there was enough left. Nothing is always enough.
   */
  async reserve(
    { id, workspaceId }: Reservation,
    { messageId, ref }: ReservedCall,
    budgetId: string,
    amount: number,
  ): Promise<boolean> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into budget_periods (budget_id, workspace_id, starts_on)
       select b.id, b.workspace_id, ${PERIOD_START} from budgets b where b.workspace_id = ? and b.id = ?
       on conflict do nothing`,
      [workspaceId, budgetId],
    );
    await this.sql.inWorkspace(
      workspaceId,
      `select 1 from budget_periods p join budgets b on b.workspace_id = p.workspace_id and b.id = p.budget_id
       where p.workspace_id = ? and p.budget_id = ? and p.starts_on = ${PERIOD_START} for update of p`,
      [workspaceId, budgetId],
    );
    // What nobody has settled.
    await this.sql.inWorkspace(
      workspaceId,
      'delete from budget_reservations where workspace_id = ? and budget_id = ? and expires_at < now()',
      [workspaceId, budgetId],
    );
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `insert into budget_reservations (id, budget_id, workspace_id, starts_on, amount, expires_at, message_id, provider, model)
       select ?::uuid, b.id, b.workspace_id, p.starts_on, ?::numeric, now() + ${RESERVED_FOR}, ?::uuid, ?, ?
       from budgets b
       join budget_periods p on p.workspace_id = b.workspace_id and p.budget_id = b.id and p.starts_on = ${PERIOD_START}
       where b.workspace_id = ? and b.id = ? and (?::numeric = 0 or p.used + ?::numeric + coalesce((
         select sum(r.amount) from budget_reservations r where r.workspace_id = b.workspace_id and r.budget_id = b.id
           and r.starts_on = p.starts_on and r.expires_at > now()), 0) <= b.amount)
       returning id`,
      [id, amount, messageId, ref.provider, ref.name, workspaceId, budgetId, amount, amount],
    );
    return rows.length > 0;
  }

  /** Turns what was held back into what was spent, once. */
  async settle({ id, workspaceId }: Reservation, usd: number, tokens: number): Promise<SpentBudget[]> {
    return this.sql.inWorkspace<SpentBudget>(
      workspaceId,
      spending('id = ?', `case b.unit when 'usd' then ?::numeric else ?::numeric end`),
      [workspaceId, id, usd, tokens],
    );
  }

  /** Turns all that was held back for an answer into what was spent, once. */
  async settleAbandoned(workspaceId: string, messageId: string): Promise<SpentBudget[]> {
    return this.sql.inWorkspace<SpentBudget>(workspaceId, spending('message_id = ?', 'f.amount'), [
      workspaceId,
      messageId,
    ]);
  }

  /** Whom the call asks that something is held back for. */
  async findReservedModel(workspaceId: string, messageId: string): Promise<ModelRef | null> {
    const [row] = await this.sql.inWorkspace<ModelRef>(
      workspaceId,
      'select provider, model as name from budget_reservations where workspace_id = ? and message_id = ? limit 1',
      [workspaceId, messageId],
    );
    return row ?? null;
  }

  async announce(workspaceId: string, budgetId: string, startsOn: string, percent: number): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      `update budget_periods set announced = ?
       where workspace_id = ? and budget_id = ? and starts_on = ?::date and announced < ? returning budget_id`,
      [percent, workspaceId, budgetId, startsOn, percent],
    );
    return rows.length > 0;
  }
}

/** Frees what is held back under a condition, and adds an amount to what was spent. An answer has one call at a time. */
function spending(condition: string, amount: string): string {
  return `with freed as (
      delete from budget_reservations where workspace_id = ? and ${condition}
      returning budget_id, workspace_id, starts_on, amount
    )
    update budget_periods p set used = p.used + ${amount}
    from freed f join budgets b on b.workspace_id = f.workspace_id and b.id = f.budget_id
    where p.workspace_id = f.workspace_id and p.budget_id = f.budget_id and p.starts_on = f.starts_on
    returning b.id, b.bot_id as "botId", b.period, b.unit, b.amount::float8 as amount, b.fallback,
      p.used::float8 as used, p.announced, p.starts_on::text as "startsOn"`;
}
