import { Migration } from '@mikro-orm/migrations';

/** Sources of questions with their answers, and corrections of answers, which bots can learn from. */
export class Migration20261126140100_qa_sources extends Migration {
  override up(): void {
    this.addSql('alter table datasources drop constraint datasources_type_known');
    this.addSql(
      `alter table datasources add constraint datasources_type_known check (type in ('url', 'text', 'file', 'site', 'table', 'qa'))`,
    );
    this.addSql(`
      create table qa_items (
        id uuid primary key,
        workspace_id uuid not null,
        datasource_id uuid not null,
        question text not null,
        answer text not null,
        origin_id uuid null,
        created_by_id uuid not null,
        created_at timestamptz(3) not null default now(),
        updated_at timestamptz(3) not null default now(),
        constraint qa_items_datasource_fk foreign key (workspace_id, datasource_id)
          references datasources (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index qa_items_datasource on qa_items (workspace_id, datasource_id, id)');
    this.addSql(`
      create unique index qa_items_origin_unique on qa_items (workspace_id, datasource_id, origin_id)
      where origin_id is not null`);
    this.addSql(`
      create table message_corrections (
        workspace_id uuid not null,
        message_id uuid not null,
        conversation_id uuid not null,
        question text not null,
        content text not null,
        actor_id uuid not null,
        learned_datasource_id uuid null,
        learned_item_id uuid null,
        created_at timestamptz(3) not null default now(),
        updated_at timestamptz(3) not null default now(),
        primary key (workspace_id, message_id),
        constraint message_corrections_message_fk foreign key (workspace_id, message_id)
          references messages (workspace_id, id) on delete cascade
      )`);
    this.addSql(
      'create index message_corrections_conversation on message_corrections (workspace_id, conversation_id)',
    );
  }
}
