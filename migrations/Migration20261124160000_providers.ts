import { Migration } from '@mikro-orm/migrations';

/** Credentials, what workspaces say of models, the ledger of calls, and budgets. */
export class Migration20261124160000_providers extends Migration {
  override up(): void {
    this.credentials();
    this.ledger();
    this.budgets();
    this.conversations();
  }

  private conversations(): void {
    this.addSql('alter table messages add column cached_input_tokens int null');
    this.addSql('alter table messages add column reasoning_tokens int null');
    this.addSql('alter table messages add column history_truncated int null');
    this.addSql('alter table messages add column finish_reason text null');
    this.addSql('alter table messages add column tool jsonb null');
    this.addSql('alter table conversations add column turn_stop_requested boolean not null default false');
    this.addSql("alter table bots add column tools text[] not null default '{}'");
  }

  private credentials(): void {
    this.addSql(`
      create table provider_credentials (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        provider text not null,
        label text not null,
        sealed text not null,
        secret_hint text null,
        base_url text null,
        header_names text[] not null default '{}',
        state text not null,
        refused_at timestamptz(3) null,
        created_by_id uuid not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint provider_credentials_state_known check (state in ('active', 'refused'))
      )`);
    this.addSql('create index provider_credentials_workspace on provider_credentials (workspace_id, id)');
    this.addSql(`
      create table model_overrides (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        provider text not null,
        name text not null,
        context_window int null,
        max_output_tokens int null,
        price jsonb null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint model_overrides_name_unique unique (workspace_id, provider, name),
        constraint model_overrides_limits_positive check (context_window > 0 and max_output_tokens > 0)
      )`);
  }

  // Rows outlive what they are about: bots, conversations and keys may go, what was paid for stays.
  private ledger(): void {
    this.addSql(`
      create table model_calls (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        bot_id uuid null,
        conversation_id uuid null,
        message_id uuid null,
        user_id uuid null,
        api_key_id uuid null,
        credential_id uuid null,
        provider text not null,
        model text not null,
        attempt int not null,
        outcome text not null,
        code text null,
        input_tokens int null,
        cached_input_tokens int null,
        output_tokens int null,
        reasoning_tokens int null,
        price jsonb null,
        cost_usd numeric(16, 10) null,
        latency_ms int not null,
        first_token_ms int null,
        started_at timestamptz(3) not null,
        constraint model_calls_outcome_known check (outcome in ('answered', 'failed', 'aborted'))
      )`);
    this.addSql('create index model_calls_time on model_calls (workspace_id, started_at)');
    this.addSql('create index model_calls_bot on model_calls (workspace_id, bot_id, started_at)');
    this.addSql('create index model_calls_message on model_calls (workspace_id, message_id)');
  }

  private budgets(): void {
    this.addSql(`
      create table budgets (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        bot_id uuid null,
        period text not null,
        unit text not null,
        amount numeric(20, 10) not null,
        fallback jsonb null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint budgets_workspace_id_unique unique (workspace_id, id),
        constraint budgets_scope_unique unique nulls not distinct (workspace_id, bot_id, period, unit),
        constraint budgets_bot_fk foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade,
        constraint budgets_period_known check (period in ('day', 'month')),
        constraint budgets_unit_known check (unit in ('usd', 'tokens')),
        constraint budgets_amount_positive check (amount > 0)
      )`);
    this.addSql(`
      create table budget_periods (
        budget_id uuid not null,
        workspace_id uuid not null,
        starts_on date not null,
        used numeric(20, 10) not null default 0,
        announced smallint not null default 0,
        primary key (budget_id, starts_on),
        constraint budget_periods_budget_fk foreign key (workspace_id, budget_id)
          references budgets (workspace_id, id) on delete cascade
      )`);
    this.addSql(`
      create table budget_reservations (
        id uuid not null,
        budget_id uuid not null,
        workspace_id uuid not null,
        starts_on date not null,
        amount numeric(20, 10) not null,
        expires_at timestamptz(3) not null,
        primary key (id, budget_id),
        constraint budget_reservations_budget_fk foreign key (workspace_id, budget_id)
          references budgets (workspace_id, id) on delete cascade
      )`);
    this.addSql(
      'create index budget_reservations_budget on budget_reservations (workspace_id, budget_id, starts_on)',
    );
  }
}
