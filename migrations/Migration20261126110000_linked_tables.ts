import { Migration } from '@mikro-orm/migrations';

/** Hosted tables that follow tables of other services (docs/adr/0033). */
export class Migration20261126110000_linked_tables extends Migration {
  override up(): void {
    this.addSql(`
      create table table_connections (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        provider text not null,
        name text not null,
        sealed text not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint table_connections_workspace_id_unique unique (workspace_id, id)
      )`);
    this.addSql(`
      create table table_links (
        id uuid primary key,
        workspace_id uuid not null,
        table_id uuid not null,
        connection_id uuid not null,
        remote_table_id text not null,
        remote_name text not null,
        push_back boolean not null,
        fields jsonb not null,
        wanted_at timestamptz(3) null,
        job_id uuid null,
        report jsonb null,
        push_report jsonb null,
        last_error jsonb null,
        created_at timestamptz(3) not null,
        synced_at timestamptz(3) null,
        constraint table_links_workspace_id_unique unique (workspace_id, id),
        constraint table_links_table_unique unique (workspace_id, table_id),
        constraint table_links_remote_unique unique (workspace_id, connection_id, remote_table_id),
        constraint table_links_table_fk foreign key (workspace_id, table_id)
          references hosted_tables (workspace_id, id) on delete cascade,
        constraint table_links_connection_fk foreign key (workspace_id, connection_id)
          references table_connections (workspace_id, id)
      )`);
    // Which records are the same, and on what both sides last agreed.
    this.addSql(`
      create table table_link_records (
        workspace_id uuid not null,
        link_id uuid not null,
        remote_id text not null,
        record_id uuid not null,
        hash text not null,
        seen_run uuid not null,
        primary key (link_id, remote_id),
        constraint table_link_records_link_fk foreign key (workspace_id, link_id)
          references table_links (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index table_link_records_of_record on table_link_records (link_id, record_id)');
    // Records that may have to be written to the remote table.
    this.addSql(`
      create table table_link_changes (
        workspace_id uuid not null,
        link_id uuid not null,
        record_id uuid not null,
        noted_at timestamptz not null,
        is_attempted boolean not null,
        primary key (link_id, record_id),
        constraint table_link_changes_link_fk foreign key (workspace_id, link_id)
          references table_links (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index table_link_changes_in_order on table_link_changes (link_id, noted_at)');
  }
}
