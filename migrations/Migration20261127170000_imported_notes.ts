import { Migration } from '@mikro-orm/migrations';

/** Imported notes and corrections of members of another workspace: what the file calls them, who are none here. */
export class Migration20261127170000_imported_notes extends Migration {
  override up(): void {
    this.addSql(`set local lock_timeout = '10s'`);
    this.addSql(
      'alter table conversation_notes alter author_id drop not null, add column imported_author text null',
    );
    this.addSql(
      'alter table message_corrections alter actor_id drop not null, add column imported_author text null',
    );
  }
}
