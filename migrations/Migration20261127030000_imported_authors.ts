import { Migration } from '@mikro-orm/migrations';

/** Imported answers that a member of another workspace gave: what the file calls that member, who is none here. */
export class Migration20261127030000_imported_authors extends Migration {
  override up(): void {
    this.addSql(`set local lock_timeout = '10s'`);
    this.addSql('alter table messages add column imported_author text null');
  }
}
