import { Migration } from '@mikro-orm/migrations';

/** Conversations in which people answer are few, and are looked for often. */
export class Migration20261126171000_find_handovers extends Migration {
  override up(): void {
    this.addSql(`
      create index conversations_handed_over on conversations (workspace_id, id) where handed_over_at is not null`);
  }
}
