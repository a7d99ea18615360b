import { Migration } from '@mikro-orm/migrations';

/** Feedback knows its conversation, so that conversations with a rating are found without their messages. */
export class Migration20261124163000_feedback_of_conversations extends Migration {
  override up(): void {
    this.addSql('alter table message_feedback add column conversation_id uuid null');
    this.addSql(`
      update message_feedback f set conversation_id = m.conversation_id
      from messages m where m.workspace_id = f.workspace_id and m.id = f.message_id`);
    this.addSql('alter table message_feedback alter column conversation_id set not null');
    this.addSql(
      'create index message_feedback_conversation on message_feedback (workspace_id, conversation_id, rating)',
    );
    this.addSql('drop index message_feedback_rating');
  }
}
