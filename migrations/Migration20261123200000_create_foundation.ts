import { Migration } from '@mikro-orm/migrations';

/**
 * Workspaces, access, jobs, sources, bots and conversations.
 *
 * Rows of a workspace refer to each other by `(workspace_id, id)`, so that the database itself refuses a reference
 * into another workspace.
 */
export class Migration20261123200000_create_foundation extends Migration {
  override up(): void {
    this.addSql('create extension if not exists vector');
    this.access();
    this.requests();
    this.work();
    this.bots();
    this.sources();
    this.conversations();
  }

  private access(): void {
    this.addSql(`
      create table users (
        id uuid primary key,
        email text not null,
        name text null,
        password_hash text not null,
        created_at timestamptz(3) not null,
        constraint users_email_lowercase check (email = lower(email))
      )`);
    this.addSql('create unique index users_email_unique on users (email)');
    this.addSql(`
      create table workspaces (
        id uuid primary key,
        name text not null,
        created_at timestamptz(3) not null
      )`);
    this.addSql(`
      create table memberships (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        user_id uuid not null references users on delete cascade,
        role text not null,
        status text not null default 'active',
        created_at timestamptz(3) not null,
        constraint memberships_role_known check (role in ('owner', 'admin', 'editor', 'analyst', 'viewer')),
        constraint memberships_status_known check (status in ('active', 'suspended'))
      )`);
    this.addSql('create unique index memberships_user_unique on memberships (workspace_id, user_id)');
    this.addSql('create index memberships_user on memberships (user_id)');
    this.addSql(`
      create table sessions (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        user_id uuid not null references users on delete cascade,
        token_hash text not null,
        previous_token_hashes text[] not null default '{}',
        user_agent text null,
        ip text null,
        last_used_at timestamptz(3) not null,
        expires_at timestamptz(3) not null,
        revoked_at timestamptz(3) null,
        created_at timestamptz(3) not null
      )`);
    this.addSql('create index sessions_user on sessions (user_id)');
    this.addSql('create index sessions_workspace on sessions (workspace_id)');
    this.addSql(`
      create table api_keys (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        name text not null,
        prefix text not null,
        secret_hash text not null,
        role text not null,
        permissions text[] null,
        created_by_user_id uuid not null references users on delete cascade,
        last_used_at timestamptz(3) null,
        expires_at timestamptz(3) null,
        revoked_at timestamptz(3) null,
        created_at timestamptz(3) not null,
        constraint api_keys_role_known check (role in ('owner', 'admin', 'editor', 'analyst', 'viewer'))
      )`);
    this.addSql('create unique index api_keys_secret_hash_unique on api_keys (secret_hash)');
    this.addSql('create index api_keys_workspace on api_keys (workspace_id, id)');
    this.addSql('create index api_keys_creator on api_keys (created_by_user_id)');
  }

  private requests(): void {
    this.addSql(`
      create table idempotency_keys (
        scope text not null,
        key text not null,
        fingerprint text not null,
        status smallint null,
        answer text null,
        created_at timestamptz(3) not null,
        primary key (scope, key)
      )`);
    this.addSql('create index idempotency_keys_age on idempotency_keys (created_at)');
  }

  private work(): void {
    this.addSql(`
      create table jobs (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        queue text not null,
        type text not null,
        payload jsonb not null,
        dedupe_key text null,
        state text not null default 'queued',
        progress real not null default 0,
        stage text null,
        attempt int not null default 0,
        max_attempts int not null,
        backoff_ms int not null,
        rerun boolean not null default false,
        cancel_requested boolean not null default false,
        run_after timestamptz(3) not null,
        claim_id uuid null,
        heartbeat_at timestamptz(3) null,
        error jsonb null,
        result jsonb null,
        started_at timestamptz(3) null,
        finished_at timestamptz(3) null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint jobs_state_known check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
        constraint jobs_progress_range check (progress between 0 and 1),
        constraint jobs_attempt_range check (attempt >= 0 and max_attempts >= 1),
        constraint jobs_claimed_while_running check ((state = 'running') = (claim_id is not null))
      )`);
    this.addSql(`
      create unique index jobs_live_twin on jobs (workspace_id, type, dedupe_key)
      where dedupe_key is not null and state in ('queued', 'running')`);
    this.addSql(`create index jobs_waiting on jobs (queue, run_after) where state = 'queued'`);
    this.addSql(`create index jobs_running on jobs (heartbeat_at) where state = 'running'`);
    this.addSql('create index jobs_workspace on jobs (workspace_id, id)');
    this.addSql(`
      create table outbox (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        type text not null,
        payload jsonb not null,
        attempt int not null default 0,
        next_attempt_at timestamptz(3) not null,
        last_error text null,
        dispatched_at timestamptz(3) null,
        created_at timestamptz(3) not null
      )`);
    this.addSql('create index outbox_waiting on outbox (next_attempt_at, id) where dispatched_at is null');
    this.addSql('create index outbox_workspace on outbox (workspace_id)');
  }

  private bots(): void {
    this.addSql(`
      create table bots (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        name text not null,
        instructions text not null default '',
        model jsonb not null,
        greeting text null,
        suggested_questions text[] not null default '{}',
        retrieval jsonb not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint bots_workspace_id_unique unique (workspace_id, id)
      )`);
  }

  private sources(): void {
    this.addSql(`
      create table datasources (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        type text not null,
        name text not null,
        url text null,
        status text not null default 'pending',
        document_count int not null default 0,
        chunk_count int not null default 0,
        last_synced_at timestamptz(3) null,
        last_error jsonb null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint datasources_workspace_id_unique unique (workspace_id, id),
        constraint datasources_type_known check (type in ('url')),
        constraint datasources_status_known check (status in ('pending', 'syncing', 'ready', 'failed', 'stale')),
        constraint datasources_url_given check (type <> 'url' or url is not null),
        constraint datasources_counts_positive check (document_count >= 0 and chunk_count >= 0)
      )`);
    this.addSql(`
      create table bot_datasources (
        workspace_id uuid not null,
        bot_id uuid not null,
        datasource_id uuid not null,
        created_at timestamptz(3) not null,
        primary key (bot_id, datasource_id),
        constraint bot_datasources_bot_fk foreign key (workspace_id, bot_id)
          references bots (workspace_id, id) on delete cascade,
        constraint bot_datasources_datasource_fk foreign key (workspace_id, datasource_id)
          references datasources (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index bot_datasources_bot on bot_datasources (workspace_id, bot_id)');
    this.addSql('create index bot_datasources_datasource on bot_datasources (workspace_id, datasource_id)');
    this.addSql(`
      create table sync_runs (
        id uuid primary key,
        workspace_id uuid not null,
        datasource_id uuid not null,
        job_id uuid not null,
        state text not null default 'running',
        added int not null default 0,
        unchanged int not null default 0,
        changed int not null default 0,
        gone int not null default 0,
        failed int not null default 0,
        started_at timestamptz(3) not null,
        finished_at timestamptz(3) null,
        error jsonb null,
        created_at timestamptz(3) not null,
        constraint sync_runs_workspace_id_unique unique (workspace_id, id),
        constraint sync_runs_state_known check (state in ('running', 'succeeded', 'failed', 'cancelled')),
        constraint sync_runs_datasource_fk foreign key (workspace_id, datasource_id)
          references datasources (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index sync_runs_datasource on sync_runs (workspace_id, datasource_id, id)');
    this.addSql(`
      create table sync_run_pages (
        id uuid primary key,
        workspace_id uuid not null,
        run_id uuid not null,
        document_id uuid null,
        url text not null,
        outcome text not null,
        reason jsonb null,
        http_status smallint null,
        bytes int null,
        duration_ms int not null,
        created_at timestamptz(3) not null,
        constraint sync_run_pages_outcome_known check (outcome in ('added', 'unchanged', 'changed', 'gone', 'failed')),
        constraint sync_run_pages_run_fk foreign key (workspace_id, run_id)
          references sync_runs (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index sync_run_pages_run on sync_run_pages (workspace_id, run_id, id)');
    this.addSql(`
      create table documents (
        id uuid primary key,
        workspace_id uuid not null,
        datasource_id uuid not null,
        url text not null,
        canonical_url text null,
        title text not null,
        language text null,
        markdown text not null,
        content_hash text not null,
        index_version int not null default 0,
        etag text null,
        last_modified text null,
        bytes int not null,
        chunk_count int not null default 0,
        fetched_at timestamptz(3) not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint documents_workspace_id_unique unique (workspace_id, id),
        constraint documents_url_unique unique (workspace_id, datasource_id, url),
        constraint documents_datasource_fk foreign key (workspace_id, datasource_id)
          references datasources (workspace_id, id) on delete cascade
      )`);
    this.addSql(`
      create table chunks (
        id uuid primary key,
        workspace_id uuid not null,
        datasource_id uuid not null,
        document_id uuid not null,
        position int not null,
        heading_path text[] not null default '{}',
        text text not null,
        start_offset int not null,
        end_offset int not null,
        content_hash text not null,
        language text null,
        lexemes tsvector not null,
        lexeme_count int not null,
        created_at timestamptz(3) not null,
        constraint chunks_workspace_id_unique unique (workspace_id, id),
        constraint chunks_position_unique unique (document_id, position) deferrable initially deferred,
        constraint chunks_document_fk foreign key (workspace_id, document_id)
          references documents (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index chunks_document on chunks (workspace_id, document_id)');
    this.addSql('create index chunks_datasource on chunks (workspace_id, datasource_id)');
    this.addSql('create index chunks_lexemes on chunks using gin (lexemes)');
    this.addSql(`
      create table chunk_embeddings (
        chunk_id uuid not null,
        workspace_id uuid not null,
        datasource_id uuid not null,
        model text not null,
        embedding vector not null,
        primary key (chunk_id, model),
        constraint chunk_embeddings_chunk_fk foreign key (workspace_id, chunk_id)
          references chunks (workspace_id, id) on delete cascade
      )`);
    // A vector of 512 numbers is a little too long for its row; moved out, reading all of them takes seven times as long.
    this.addSql('alter table chunk_embeddings alter column embedding set storage main');
    this.addSql(
      'create index chunk_embeddings_datasource on chunk_embeddings (workspace_id, datasource_id, model)',
    );
    this.addSql('create index chunk_embeddings_chunk on chunk_embeddings (workspace_id, chunk_id)');
    this.addSql(`
      create table embedding_spaces (
        workspace_id uuid primary key references workspaces on delete cascade,
        serving_model text not null,
        updated_at timestamptz(3) not null
      )`);
  }

  private conversations(): void {
    this.addSql(`
      create table conversations (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        bot_id uuid not null,
        channel text not null,
        external_user_id text null,
        metadata jsonb not null default '{}',
        created_by_id uuid not null,
        message_count int not null default 0,
        last_message_at timestamptz(3) null,
        turn_id uuid null,
        turn_expires_at timestamptz(3) null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint conversations_workspace_id_unique unique (workspace_id, id),
        constraint conversations_channel_known check (channel in ('api', 'playground', 'page', 'widget', 'openai')),
        constraint conversations_bot_fk foreign key (workspace_id, bot_id)
          references bots (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index conversations_bot on conversations (workspace_id, bot_id, id)');
    this.addSql(
      'create index conversations_turn on conversations (turn_expires_at) where turn_id is not null',
    );
    this.addSql(`
      create table messages (
        id uuid primary key,
        workspace_id uuid not null,
        conversation_id uuid not null,
        turn_id uuid not null,
        position int not null,
        role text not null,
        content text not null,
        status text not null,
        model jsonb null,
        input_tokens int null,
        output_tokens int null,
        cost_usd numeric(14, 8) null,
        latency_ms int null,
        first_token_ms int null,
        answered boolean null,
        attempts jsonb null,
        error jsonb null,
        created_at timestamptz(3) not null,
        constraint messages_position_unique unique (conversation_id, position),
        constraint messages_workspace_id_unique unique (workspace_id, id),
        constraint messages_role_known check (role in ('user', 'assistant', 'tool')),
        constraint messages_status_known check (status in ('complete', 'aborted', 'error')),
        constraint messages_conversation_fk foreign key (workspace_id, conversation_id)
          references conversations (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index messages_conversation on messages (workspace_id, conversation_id, position)');
    this.addSql(`
      create index messages_answered on messages (workspace_id, conversation_id, answered)
      where role = 'assistant'`);
    this.addSql(`
      create table message_citations (
        id uuid primary key,
        workspace_id uuid not null,
        message_id uuid not null,
        index int not null,
        chunk_id uuid not null,
        document_id uuid not null,
        datasource_id uuid not null,
        title text not null,
        url text null,
        quote text not null,
        created_at timestamptz(3) not null,
        constraint message_citations_message_fk foreign key (workspace_id, message_id)
          references messages (workspace_id, id) on delete cascade
      )`);
    this.addSql(
      'create unique index message_citations_index_unique on message_citations (message_id, index)',
    );
    this.addSql('create index message_citations_message on message_citations (workspace_id, message_id)');
    this.addSql(`
      create table message_feedback (
        id uuid primary key,
        workspace_id uuid not null,
        message_id uuid not null,
        rating text not null,
        comment text null,
        actor_id uuid not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint message_feedback_rating_known check (rating in ('up', 'down')),
        constraint message_feedback_message_fk foreign key (workspace_id, message_id)
          references messages (workspace_id, id) on delete cascade
      )`);
    this.addSql(
      'create unique index message_feedback_message_unique on message_feedback (workspace_id, message_id)',
    );
  }
}
