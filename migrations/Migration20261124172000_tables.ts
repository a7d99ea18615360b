import { Migration } from '@mikro-orm/migrations';

/** Hosted tables: what is known of them, and the schema in which each has a table of its own (docs/adr/0019). */
export class Migration20261124172000_tables extends Migration {
  override up(): void {
    this.addSql('create schema hosted');
    this.addSql(`
      create table hosted_tables (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        name text not null,
        description text not null,
        record_count int not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint hosted_tables_workspace_id_unique unique (workspace_id, id),
        constraint hosted_tables_name_unique unique (workspace_id, name),
        constraint hosted_tables_records_limited check (record_count between 0 and 1000000)
      )`);
    this.addSql(`
      create table hosted_fields (
        id uuid primary key,
        workspace_id uuid not null,
        table_id uuid not null,
        key text not null,
        name text not null,
        description text not null,
        type text not null,
        required boolean not null,
        is_unique boolean not null,
        is_indexed boolean not null,
        default_value text null,
        options jsonb not null,
        linked_table_id uuid null,
        position int not null,
        column_name text not null,
        conversion jsonb null,
        created_at timestamptz(3) not null,
        constraint hosted_fields_key_unique unique (table_id, key),
        constraint hosted_fields_table_fk foreign key (workspace_id, table_id)
          references hosted_tables (workspace_id, id) on delete cascade,
        constraint hosted_fields_linked_fk foreign key (workspace_id, linked_table_id)
          references hosted_tables (workspace_id, id),
        constraint hosted_fields_column_safe check (column_name ~ '^f_[0-9a-f]{32}$'),
        constraint hosted_fields_link_named check ((type = 'link') = (linked_table_id is not null))
      )`);
    this.addSql(
      'create index hosted_fields_linked on hosted_fields (workspace_id, linked_table_id) where linked_table_id is not null',
    );
    this.storage();
  }

  private storage(): void {
    // However a table or its workspace is deleted, its records go with it.
    this.addSql(`
      create function hosted.drop_storage() returns trigger language plpgsql as $$
      begin
        execute format('drop table if exists hosted.%I cascade', 't_' || replace(old.id::text, '-', ''));
        return null;
      end $$`);
    this.addSql(
      'create trigger hosted_tables_drop_storage after delete on hosted_tables for each row execute function hosted.drop_storage()',
    );
    // A column that is added with a default takes no rewriting, and DDL takes no parameters.
    this.addSql(`
      create function hosted.add_column(in_schema text, in_table text, column_name text, column_type text, existing text)
      returns void language plpgsql as $$
      begin
        if existing is null then
          execute format('alter table %I.%I add column %I %s', in_schema, in_table, column_name, column_type);
        else
          execute format('alter table %I.%I add column %I %s default %L', in_schema, in_table, column_name, column_type, existing);
          execute format('alter table %I.%I alter column %I drop default', in_schema, in_table, column_name);
        end if;
      end $$`);
  }
}
