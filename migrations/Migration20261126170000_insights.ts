import { Migration } from '@mikro-orm/migrations';

/**
 * What insights are made of (docs/adr/0035): turns without their texts, questions with their vectors, topics and gaps. All of
 * it can be made again from conversations, except what the team has decided about topics and gaps.
 */
export class Migration20261126170000_insights extends Migration {
  override up(): void {
    this.addSql(`
      create table insight_states (
        workspace_id uuid not null,
        bot_id uuid not null,
        read_until timestamptz(3) null,
        last_run_at timestamptz(3) null,
        grouped_at timestamptz(3) null,
        grouped_count int not null default 0,
        primary key (workspace_id, bot_id),
        constraint insight_states_bot_fk foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade
      )`);
    this.topics();
    this.questions();
    this.turns();
    this.gaps();
  }

  private topics(): void {
    this.addSql(`
      create table insight_topics (
        id uuid primary key,
        workspace_id uuid not null,
        bot_id uuid not null,
        level smallint not null,
        parent_id uuid null,
        name text not null,
        named_by text not null,
        terms text[] not null default '{}',
        is_pinned boolean not null default false,
        is_hidden boolean not null default false,
        is_moved boolean not null default false,
        is_united boolean not null default false,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint insight_topics_workspace_id_unique unique (workspace_id, id),
        constraint insight_topics_level_known check (level in (1, 2)),
        constraint insight_topics_area_has_no_parent check (level = 2 or parent_id is null),
        constraint insight_topics_named_by_known check (named_by in ('terms', 'model', 'team')),
        constraint insight_topics_bot_fk foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade,
        constraint insight_topics_parent_fk foreign key (workspace_id, parent_id) references insight_topics (workspace_id, id)
          on delete set null (parent_id)
      )`);
    this.addSql('create index insight_topics_bot on insight_topics (workspace_id, bot_id, id)');
    this.addSql(
      'create index insight_topics_parent on insight_topics (workspace_id, parent_id) where parent_id is not null',
    );
  }

  private questions(): void {
    this.addSql(`
      create table insight_questions (
        id uuid primary key,
        workspace_id uuid not null,
        bot_id uuid not null,
        key text not null,
        text text not null,
        language text not null,
        vector bytea null,
        vector_model text null,
        group_id uuid not null,
        topic_id uuid null,
        is_placed boolean not null default false,
        gap_id uuid null,
        created_at timestamptz(3) not null,
        constraint insight_questions_workspace_id_unique unique (workspace_id, id),
        constraint insight_questions_key_unique unique (workspace_id, bot_id, key),
        constraint insight_questions_bot_fk foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade,
        constraint insight_questions_topic_fk foreign key (workspace_id, topic_id) references insight_topics (workspace_id, id)
          on delete set null (topic_id)
      )`);
    this.addSql('create index insight_questions_topic on insight_questions (workspace_id, topic_id)');
    this.addSql('create index insight_questions_group on insight_questions (workspace_id, bot_id, group_id)');
    this.addSql(
      'create index insight_questions_gap on insight_questions (workspace_id, gap_id) where gap_id is not null',
    );
  }

  private turns(): void {
    this.addSql(`
      create table insight_turns (
        workspace_id uuid not null,
        answer_id uuid not null,
        bot_id uuid not null,
        conversation_id uuid not null,
        question_id uuid null,
        asker text not null,
        channel text not null,
        asked_at timestamptz(3) not null,
        position int not null,
        is_question boolean not null,
        is_first boolean not null,
        status text not null,
        answered boolean null,
        is_refused boolean not null,
        is_rephrased boolean not null,
        is_handed_over boolean not null default false,
        rating text null,
        cost_usd numeric(14, 8) null,
        latency_ms int null,
        model_provider text null,
        model_name text null,
        primary key (workspace_id, answer_id),
        constraint insight_turns_bot_fk foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade,
        constraint insight_turns_conversation_fk foreign key (workspace_id, conversation_id)
          references conversations (workspace_id, id) on delete cascade,
        constraint insight_turns_question_fk foreign key (workspace_id, question_id)
          references insight_questions (workspace_id, id) on delete set null (question_id)
      )`);
    this.addSql('create index insight_turns_bot on insight_turns (workspace_id, bot_id, asked_at)');
    this.addSql('create index insight_turns_question on insight_turns (workspace_id, question_id, asked_at)');
    this.addSql('create index insight_turns_conversation on insight_turns (workspace_id, conversation_id)');
  }

  private gaps(): void {
    this.addSql(`
      create table insight_gaps (
        id uuid primary key,
        workspace_id uuid not null,
        bot_id uuid not null,
        question_id uuid not null,
        state text not null,
        fix jsonb null,
        fixed_at timestamptz(3) null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint insight_gaps_workspace_id_unique unique (workspace_id, id),
        constraint insight_gaps_state_known check (state in ('open', 'accepted', 'fixed', 'dismissed')),
        constraint insight_gaps_bot_fk foreign key (workspace_id, bot_id) references bots (workspace_id, id) on delete cascade,
        constraint insight_gaps_question_fk foreign key (workspace_id, question_id)
          references insight_questions (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index insight_gaps_bot on insight_gaps (workspace_id, bot_id, id)');
    this.addSql(`
      alter table insight_questions add constraint insight_questions_gap_fk foreign key (workspace_id, gap_id)
        references insight_gaps (workspace_id, id) on delete set null (gap_id)`);
    this.addSql(`
      create table insight_replays (
        id uuid primary key,
        workspace_id uuid not null,
        gap_id uuid not null,
        asked int not null,
        answered int not null,
        answers jsonb not null,
        created_at timestamptz(3) not null,
        constraint insight_replays_gap_fk foreign key (workspace_id, gap_id)
          references insight_gaps (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index insight_replays_gap on insight_replays (workspace_id, gap_id, id)');
  }
}
