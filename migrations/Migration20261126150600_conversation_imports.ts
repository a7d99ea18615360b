import { Migration } from '@mikro-orm/migrations';

/** Conversations of other installations and products are read from files, each once. */
export class Migration20261126150600_conversation_imports extends Migration {
  override up(): void {
    this.addSql(`
      create table conversation_imports (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        bot_id uuid not null,
        format text not null,
        settings jsonb not null,
        bytes bigint not null,
        created_by_id uuid not null,
        job_id uuid null,
        position int not null default 0,
        conversations int not null default 0,
        messages int not null default 0,
        known int not null default 0,
        rejected int not null default 0,
        created_at timestamptz(3) not null,
        finished_at timestamptz(3) null,
        constraint conversation_imports_workspace_id_unique unique (workspace_id, id),
        constraint conversation_imports_bot_fk foreign key (workspace_id, bot_id)
          references bots (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index conversation_imports_bot on conversation_imports (workspace_id, bot_id)');
    this.addSql(`
      create table conversation_import_problems (
        workspace_id uuid not null,
        import_id uuid not null,
        line int not null,
        message text not null,
        primary key (workspace_id, import_id, line),
        constraint conversation_import_problems_import_fk foreign key (workspace_id, import_id)
          references conversation_imports (workspace_id, id) on delete cascade
      )`);
    // What came from where: a file that is read again adds nothing twice.
    this.addSql(`
      create table imported_conversations (
        workspace_id uuid not null,
        bot_id uuid not null,
        source_hash text not null,
        conversation_id uuid not null,
        primary key (workspace_id, bot_id, source_hash),
        constraint imported_conversations_conversation_fk foreign key (workspace_id, conversation_id)
          references conversations (workspace_id, id) on delete cascade
      )`);
    this.addSql(
      'create index imported_conversations_conversation on imported_conversations (workspace_id, conversation_id)',
    );
  }
}
