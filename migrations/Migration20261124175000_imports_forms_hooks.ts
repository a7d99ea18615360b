import { Migration } from '@mikro-orm/migrations';

/** Ways for records to come in (docs/adr/0022): files and imports with what they could not take, public forms, and hooks. */
export class Migration20261124175000_imports_forms_hooks extends Migration {
  override up(): void {
    this.addSql(`
      create table import_files (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        name text not null,
        bytes bigint not null,
        sha256 text null,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3) not null
      )`);
    this.addSql('create index import_files_of_workspace on import_files (workspace_id)');
    this.addSql('create index import_files_expired on import_files (expires_at)');
    this.imports();
    this.forms();
    this.hooks();
  }

  private imports(): void {
    this.addSql(`
      create table table_imports (
        id uuid primary key,
        workspace_id uuid not null,
        table_id uuid not null,
        file_id uuid not null,
        file_name text not null,
        file_bytes bigint not null,
        mode text not null,
        key text null,
        settings jsonb not null,
        mapping jsonb not null,
        job_id uuid null,
        position int not null default 0,
        bytes_read bigint not null default 0,
        created int not null default 0,
        updated int not null default 0,
        rejected int not null default 0,
        rows_per_second double precision null,
        bytes_per_second double precision null,
        aside jsonb null,
        created_at timestamptz(3) not null,
        finished_at timestamptz(3) null,
        constraint table_imports_workspace_id_unique unique (workspace_id, id),
        constraint table_imports_table_fk foreign key (workspace_id, table_id)
          references hosted_tables (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index table_imports_of_table on table_imports (workspace_id, table_id, id)');
    // Records of a replacement are loaded into a table that is named by the import.
    this.addSql(
      'create trigger table_imports_drop_storage after delete on table_imports for each row execute function hosted.drop_storage()',
    );
    this.addSql(`
      create table import_rejections (
        workspace_id uuid not null,
        import_id uuid not null,
        ordinal int not null,
        row_number int not null,
        column_name text null,
        value text null,
        reason text not null,
        primary key (import_id, ordinal),
        constraint import_rejections_import_fk foreign key (workspace_id, import_id)
          references table_imports (workspace_id, id) on delete cascade
      )`);
  }

  private forms(): void {
    this.addSql(`
      create table forms (
        id uuid primary key,
        workspace_id uuid not null,
        table_id uuid not null,
        slug text not null,
        title text not null,
        description text not null,
        fields jsonb not null,
        thanks text not null,
        is_open boolean not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint forms_slug_unique unique (slug),
        constraint forms_table_fk foreign key (workspace_id, table_id)
          references hosted_tables (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index forms_of_workspace on forms (workspace_id, id)');
    this.addSql('create index forms_of_table on forms (workspace_id, table_id)');
  }

  private hooks(): void {
    this.addSql(`
      create table table_hooks (
        id uuid primary key,
        workspace_id uuid not null,
        table_id uuid not null,
        name text not null,
        token_hash text not null,
        secret text not null,
        mode text not null,
        key text null,
        created_at timestamptz(3) not null,
        constraint table_hooks_workspace_id_unique unique (workspace_id, id),
        constraint table_hooks_token_unique unique (token_hash),
        constraint table_hooks_table_fk foreign key (workspace_id, table_id)
          references hosted_tables (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index table_hooks_of_table on table_hooks (workspace_id, table_id, id)');
    this.addSql(`
      create table hook_events (
        workspace_id uuid not null,
        hook_id uuid not null,
        event_id text not null,
        received_at timestamptz(3) not null,
        primary key (hook_id, event_id),
        constraint hook_events_hook_fk foreign key (workspace_id, hook_id)
          references table_hooks (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index hook_events_old on hook_events (hook_id, received_at)');
  }
}
