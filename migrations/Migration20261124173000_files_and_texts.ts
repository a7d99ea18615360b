import { Migration } from '@mikro-orm/migrations';

/** Sources that have no address: texts, kept with the source, and files. */
export class Migration20261124173000_files_and_texts extends Migration {
  override up(): void {
    this.addSql('alter table datasources add content text null');
    this.addSql('alter table datasources drop constraint datasources_type_known');
    this.addSql(
      `alter table datasources add constraint datasources_type_known check (type in ('url', 'text', 'file'))`,
    );
    this.addSql(
      `alter table datasources add constraint datasources_content_given check (type <> 'text' or content is not null)`,
    );
    this.addSql('alter table documents alter column url drop not null');
    // A text or a file is the only document of its source.
    this.addSql('alter table documents drop constraint documents_url_unique');
    this.addSql(
      'alter table documents add constraint documents_url_unique unique nulls not distinct (workspace_id, datasource_id, url)',
    );
    this.addSql('alter table sync_run_pages alter column url drop not null');
    this.addSql('alter table datasources add file jsonb null');
    this.addSql(
      `alter table datasources add constraint datasources_file_given check (type <> 'file' or file is not null)`,
    );
    this.addSql(
      `create unique index datasources_file_unique on datasources (workspace_id, (file ->> 'sha256')) where file is not null`,
    );
    this.addSql('alter table chunks add location jsonb null');
    this.addSql('alter table message_citations add location jsonb null');
  }
}
