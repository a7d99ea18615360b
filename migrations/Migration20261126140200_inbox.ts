import { Migration } from '@mikro-orm/migrations';

/** Notes, views that a team shares, and changes of many conversations at once. */
export class Migration20261126140200_inbox extends Migration {
  override up(): void {
    this.addSql(`
      create table conversation_notes (
        id uuid primary key,
        workspace_id uuid not null,
        conversation_id uuid not null,
        content text not null,
        author_id uuid not null,
        created_at timestamptz(3) not null default now(),
        constraint conversation_notes_conversation_fk foreign key (workspace_id, conversation_id)
          references conversations (workspace_id, id) on delete cascade
      )`);
    this.addSql(
      'create index conversation_notes_conversation on conversation_notes (workspace_id, conversation_id, id)',
    );
    this.addSql(`
      create table conversation_views (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        name text not null,
        filter jsonb not null,
        sort text not null default 'time',
        created_by_id uuid not null,
        created_at timestamptz(3) not null default now(),
        updated_at timestamptz(3) not null default now(),
        constraint conversation_views_sort_known check (sort in ('time', 'relevance'))
      )`);
    this.addSql(
      'create unique index conversation_views_name_unique on conversation_views (workspace_id, lower(name))',
    );
    this.addSql(`
      create table conversation_bulk_changes (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        actor_id uuid not null,
        filter jsonb not null,
        change jsonb not null,
        matched int not null,
        changed int not null default 0,
        created_at timestamptz(3) not null default now(),
        finished_at timestamptz(3) null
      )`);
    this.addSql(
      'create index conversation_bulk_changes_workspace on conversation_bulk_changes (workspace_id, id)',
    );
  }
}
