import { Migration } from '@mikro-orm/migrations';

/** Lists of conversations, all of them or those of one person, page by key however many there are. */
export class Migration20261124082500_page_conversations extends Migration {
  override up(): void {
    this.addSql('create index conversations_workspace on conversations (workspace_id, id)');
    this.addSql(`
      create index conversations_external_user on conversations (workspace_id, external_user_id, id)
      where external_user_id is not null`);
    this.addSql(
      'create index message_feedback_rating on message_feedback (workspace_id, rating, message_id)',
    );
  }
}
