import { Migration } from '@mikro-orm/migrations';

/** Sources of many pages. The pages of a run are also what it has still to read; long jobs take turns with others. */
export class Migration20261124174000_sites extends Migration {
  override up(): void {
    this.addSql('alter table jobs add column turns int not null default 0, add column counts jsonb null');

    this.addSql('alter table datasources add column site jsonb null');
    this.addSql('alter table datasources drop constraint datasources_type_known');
    this.addSql(
      `alter table datasources add constraint datasources_type_known check (type in ('url', 'text', 'file', 'site'))`,
    );
    this.addSql(
      `alter table datasources add constraint datasources_site_given check (type <> 'site' or site is not null)`,
    );

    this.addSql(`
      alter table sync_runs
        add column skipped int not null default 0,
        add column duplicate int not null default 0,
        add column known int not null default 0,
        add column document_id uuid null,
        add column crawl jsonb null`);
    this.addSql(`
      alter table sync_run_pages
        alter column outcome drop not null,
        add column depth smallint not null default 0,
        add column origin text null,
        add column query_path text null,
        add column tries smallint not null default 0,
        add column not_before timestamptz(3) null,
        add column canonical_url text null,
        add column heeds_canonical boolean not null default true`);
    this.addSql('alter table sync_run_pages drop constraint sync_run_pages_outcome_known');
    this.addSql(`
      alter table sync_run_pages add constraint sync_run_pages_outcome_known check (
        outcome in ('added', 'unchanged', 'changed', 'gone', 'failed', 'skipped', 'duplicate'))`);
    this.addSql(
      'create unique index sync_run_pages_url_unique on sync_run_pages (workspace_id, run_id, url) where origin is not null',
    );
    this.addSql(
      'create index sync_run_pages_waiting on sync_run_pages (workspace_id, run_id, depth, id) where outcome is null',
    );
    this.addSql('create index sync_run_pages_outcome on sync_run_pages (workspace_id, run_id, outcome, id)');
    this.addSql(
      'create index sync_run_pages_query on sync_run_pages (workspace_id, run_id, query_path) where query_path is not null',
    );
    this.addSql(`
      create table crawl_hosts (
        workspace_id uuid not null,
        run_id uuid not null,
        origin text not null,
        robots text null,
        tries smallint not null default 0,
        next_at timestamptz(3) null,
        primary key (run_id, origin),
        constraint crawl_hosts_run_fk foreign key (workspace_id, run_id)
          references sync_runs (workspace_id, id) on delete cascade
      )`);
    this.addSql('create index crawl_hosts_run on crawl_hosts (workspace_id, run_id)');

    this.addSql('alter table documents add column missed smallint not null default 0');
    this.addSql('create index documents_content on documents (workspace_id, datasource_id, content_hash)');
    this.addSql(
      'alter table chunks add column text_hash text null, add column is_repeat boolean not null default false',
    );
    this.addSql(
      'create index chunks_text on chunks (workspace_id, datasource_id, text_hash) where text_hash is not null',
    );
  }
}
