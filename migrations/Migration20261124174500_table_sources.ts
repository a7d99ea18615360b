import { Migration } from '@mikro-orm/migrations';

/** Hosted tables as sources: a passage a record, and what of a table is still to be read. */
export class Migration20261124174500_table_sources extends Migration {
  override up(): void {
    this.addSql(
      'alter table datasources add table_id uuid null, add table_view jsonb null, add table_reading jsonb null',
    );
    this.addSql('alter table datasources drop constraint datasources_type_known');
    this.addSql(
      `alter table datasources add constraint datasources_type_known check (type in ('url', 'text', 'file', 'site', 'table'))`,
    );
    this.addSql(
      `alter table datasources add constraint datasources_table_given check (
        (type = 'table') = (table_id is not null) and (type = 'table') = (table_view is not null))`,
    );
    // What a table says is gone with it.
    this.addSql(
      `alter table datasources add constraint datasources_table_fk foreign key (workspace_id, table_id)
        references hosted_tables (workspace_id, id) on delete cascade`,
    );
    this.addSql(
      'create index datasources_table on datasources (workspace_id, table_id) where table_id is not null',
    );
    this.addSql('alter table chunks add record_id uuid null');
    this.addSql(
      'create unique index chunks_record_unique on chunks (workspace_id, document_id, record_id) where record_id is not null',
    );
    // Without a record, all of them.
    this.addSql(`
      create table table_source_changes (
        id bigint generated always as identity primary key,
        workspace_id uuid not null,
        datasource_id uuid not null,
        record_id uuid null,
        constraint table_source_changes_datasource_fk foreign key (workspace_id, datasource_id)
          references datasources (workspace_id, id) on delete cascade
      )`);
    this.addSql(
      'create index table_source_changes_datasource on table_source_changes (workspace_id, datasource_id, id)',
    );
    // An answer may lean on a record, or on what was found out about many.
    this.addSql('alter table message_citations add row_id uuid null');
    this.addSql('alter table message_citations alter column chunk_id drop not null');
  }
}
