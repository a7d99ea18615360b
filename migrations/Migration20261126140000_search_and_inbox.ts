import { Migration } from '@mikro-orm/migrations';

/** The history can be searched and worked through: search rows, states, assignees, tags, what was read, and topics. */
export class Migration20261126140000_search_and_inbox extends Migration {
  override up(): void {
    this.conversations();
    this.messages();
    this.search();
    this.inbox();
  }

  private conversations(): void {
    this.addSql(`
      alter table conversations
        add column status text not null default 'open',
        add column assignee_id uuid null,
        add column first_reply_at timestamptz(3) null,
        add column last_reply_at timestamptz(3) null,
        add column cost_usd numeric(14, 8) not null default 0,
        add column error_count int not null default 0,
        add column handed_over_at timestamptz(3) null,
        add column handed_over_by_id uuid null,
        add constraint conversations_status_known check (status in ('open', 'resolved', 'archived'))`);
    this.addSql(`
      update conversations c set first_reply_at = said.first_at, last_reply_at = said.last_at,
        cost_usd = coalesce(said.cost, 0), error_count = said.errors
      from (
        select conversation_id, min(created_at) filter (where status <> 'error') as first_at,
          max(created_at) filter (where status <> 'error') as last_at, sum(cost_usd) as cost,
          count(*) filter (where status = 'error') as errors
        from messages where role = 'assistant' group by conversation_id
      ) said
      where c.id = said.conversation_id`);
    this.addSql(`
      create index conversations_assignee on conversations (workspace_id, assignee_id, id)
      where assignee_id is not null`);
    this.addSql(`
      create index conversations_status on conversations (workspace_id, status, id) where status <> 'open'`);
    this.addSql(`
      create index conversations_failed on conversations (workspace_id, id) where error_count > 0`);
  }

  private messages(): void {
    this.addSql('alter table messages add column author_id uuid null');
    this.addSql('alter table messages add column trace jsonb null');
    this.addSql('alter table message_feedback add column reason text null');
    this.addSql(
      'create index message_citations_datasource on message_citations (workspace_id, datasource_id, message_id)',
    );
  }

  // The words of messages stand in a table of their own, which is filled in batches: an index beside the messages would
  // be written by each turn. See docs/adr/0028-words-of-messages-in-a-table-of-their-own.md.
  private search(): void {
    this.addSql(`
      create table message_search (
        workspace_id uuid not null,
        message_id uuid not null,
        conversation_id uuid not null,
        bot_id uuid not null,
        said_at timestamptz(3) not null,
        lexemes tsvector not null,
        primary key (workspace_id, message_id),
        constraint message_search_message_fk foreign key (workspace_id, message_id)
          references messages (workspace_id, id) on delete cascade
      ) with (toast_tuple_target = 8160)`);
    this.addSql('create index message_search_lexemes on message_search using gin (lexemes)');
    this.addSql(
      'create index message_search_conversation on message_search (workspace_id, conversation_id, message_id)',
    );
    this.addSql('create index message_search_bot on message_search (workspace_id, bot_id, message_id)');
    this.addSql(`
      create table message_search_queue (
        message_id uuid primary key,
        workspace_id uuid not null,
        queued_at timestamptz(3) not null default now()
      )`);
    this.addSql(`
      insert into message_search_queue (message_id, workspace_id)
      select id, workspace_id from messages where role in ('user', 'assistant') and content <> ''`);
  }

  private inbox(): void {
    this.addSql(`
      create table conversation_tags (
        workspace_id uuid not null,
        conversation_id uuid not null,
        tag text not null,
        created_at timestamptz(3) not null default now(),
        primary key (workspace_id, conversation_id, tag),
        constraint conversation_tags_conversation_fk foreign key (workspace_id, conversation_id)
          references conversations (workspace_id, id) on delete cascade
      )`);
    this.addSql(
      'create index conversation_tags_tag on conversation_tags (workspace_id, tag, conversation_id)',
    );
    this.addSql(`
      create table conversation_reads (
        workspace_id uuid not null,
        conversation_id uuid not null,
        user_id uuid not null,
        position int not null,
        read_at timestamptz(3) not null default now(),
        primary key (workspace_id, conversation_id, user_id),
        constraint conversation_reads_conversation_fk foreign key (workspace_id, conversation_id)
          references conversations (workspace_id, id) on delete cascade,
        constraint conversation_reads_membership_fk foreign key (workspace_id, user_id)
          references memberships (workspace_id, user_id) on delete cascade
      )`);
    this.addSql('create index conversation_reads_user on conversation_reads (workspace_id, user_id)');
    this.addSql(`
      create table conversation_topics (
        workspace_id uuid not null,
        conversation_id uuid not null,
        topic_id uuid not null,
        primary key (workspace_id, conversation_id, topic_id),
        constraint conversation_topics_conversation_fk foreign key (workspace_id, conversation_id)
          references conversations (workspace_id, id) on delete cascade
      )`);
    this.addSql(
      'create index conversation_topics_topic on conversation_topics (workspace_id, topic_id, conversation_id)',
    );
    // A member who leaves is assigned nothing any more.
    this.addSql(`
      alter table conversations add constraint conversations_assignee_fk foreign key (workspace_id, assignee_id)
        references memberships (workspace_id, user_id) on delete set null (assignee_id)`);
  }
}
