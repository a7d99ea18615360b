import { Migration } from '@mikro-orm/migrations';

/**
 * Rows know the transactions that wrote them first and last: what a snapshot of the database saw, and what has changed
 * since another one, can then be told at any time later (docs/adr/0031).
 *
 * Columns are added without values, which takes no time: rows of before have none, and count as older than any snapshot.
 */
export class Migration20261126160100_changes_by_transaction extends Migration {
  override up(): void {
    this.addSql(`
      create function note_changing_transaction() returns trigger language plpgsql as $$
      begin
        new.changed_xid := pg_current_xact_id();
        return new;
      end $$`);
    for (const table of ['conversations', 'messages', 'message_feedback']) {
      this.addSql(`alter table ${table} add column created_xid xid8 null, add column changed_xid xid8 null`);
      this.addSql(`
        alter table ${table} alter column created_xid set default pg_current_xact_id(),
          alter column changed_xid set default pg_current_xact_id()`);
    }
    for (const table of ['conversations', 'message_feedback'])
      this.addSql(`create index ${table}_changed on ${table} (workspace_id, changed_xid, id)`);
    this.addSql(
      'create index messages_changed on messages (workspace_id, changed_xid, conversation_id, position)',
    );
    this.addSql(`
      create trigger messages_changed before update on messages
      for each row execute function note_changing_transaction()`);
    this.addSql(`
      create trigger message_feedback_changed before update on message_feedback
      for each row execute function note_changing_transaction()`);
    // The lease of a turn is renewed every few seconds, which says nothing of the conversation.
    this.addSql(`
      create trigger conversations_changed before update on conversations
      for each row when (not (old.turn_id is not distinct from new.turn_id and (
        old.turn_expires_at is distinct from new.turn_expires_at
        or old.turn_stop_requested is distinct from new.turn_stop_requested)))
      execute function note_changing_transaction()`);
    // What somebody thinks of a message is shown with it.
    this.addSql(`
      create function note_change_of_rated_message() returns trigger language plpgsql as $$
      begin
        update messages set changed_xid = pg_current_xact_id()
        where workspace_id = new.workspace_id and id = new.message_id;
        return null;
      end $$`);
    this.addSql(`
      create trigger message_feedback_changes_message after insert or update on message_feedback
      for each row execute function note_change_of_rated_message()`);
    this.addSql('alter table model_calls add column created_xid xid8 null');
    this.addSql('alter table model_calls alter column created_xid set default pg_current_xact_id()');
    this.addSql('create index model_calls_created on model_calls (workspace_id, created_xid, id)');
  }
}
