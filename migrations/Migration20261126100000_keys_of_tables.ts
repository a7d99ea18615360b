import { Migration } from '@mikro-orm/migrations';

/** API keys that open the records of one table, and end with it. */
export class Migration20261126100000_keys_of_tables extends Migration {
  override up(): void {
    this.addSql('alter table api_keys add column table_id uuid null');
    this.addSql(`
      alter table api_keys add constraint api_keys_table_fk foreign key (workspace_id, table_id)
        references hosted_tables (workspace_id, id) on delete cascade`);
    this.addSql(
      'create index api_keys_of_tables on api_keys (workspace_id, table_id) where table_id is not null',
    );
  }
}
