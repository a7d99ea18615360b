import { Migration } from '@mikro-orm/migrations';

/** Exports, the parts that their files are made of, and links by which they are fetched without a token. */
export class Migration20261126160200_exports extends Migration {
  override up(): void {
    this.addSql(`
      create table exports (
        id uuid primary key,
        workspace_id uuid not null references workspaces on delete cascade,
        resource text not null,
        format text not null,
        settings jsonb not null,
        file_name text not null,
        watermark pg_snapshot null,
        since pg_snapshot null,
        since_export_id uuid null,
        job_id uuid null,
        row_limit bigint null,
        row_count bigint not null default 0,
        bytes bigint not null default 0,
        part_count int not null default 0,
        sha256 text null,
        cut_values bigint not null default 0,
        created_by_id uuid not null,
        created_by_user_id uuid not null,
        created_at timestamptz(3) not null,
        finished_at timestamptz(3) null,
        expires_at timestamptz(3) not null,
        removed_at timestamptz(3) null,
        constraint exports_workspace_id_unique unique (workspace_id, id)
      )`);
    this.addSql('create index exports_expiry on exports (expires_at) where removed_at is null');
    this.addSql(`
      create table export_parts (
        id uuid primary key,
        workspace_id uuid not null,
        export_id uuid not null,
        ordinal int not null,
        row_count bigint not null default 0,
        bytes bigint not null default 0,
        sha256 text null,
        position text null,
        state jsonb null,
        finished_at timestamptz(3) null,
        constraint export_parts_ordinal_unique unique (export_id, ordinal),
        constraint export_parts_export_fk foreign key (workspace_id, export_id)
          references exports (workspace_id, id) on delete cascade
      )`);
    this.addSql(`
      create table export_links (
        id uuid primary key,
        workspace_id uuid not null,
        export_id uuid not null,
        is_single_use boolean not null,
        uses int not null default 0,
        created_by_id uuid not null,
        created_by_user_id uuid not null,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3) not null,
        constraint export_links_export_fk foreign key (workspace_id, export_id)
          references exports (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index export_links_export on export_links (workspace_id, export_id)');
    // Files of workspaces and exports that have gone are removed when somebody looks after them.
    this.addSql(`
      create table export_leftovers (
        file_id uuid primary key,
        noted_at timestamptz(3) not null
      )`);
    this.addSql(`
      create function note_export_leftover() returns trigger language plpgsql as $$
      begin
        insert into export_leftovers (file_id, noted_at) values (old.id, now()) on conflict do nothing;
        return null;
      end $$`);
    this.addSql(`
      create trigger export_parts_leave_files after delete on export_parts
      for each row execute function note_export_leftover()`);
  }
}
