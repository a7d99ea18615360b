import { Migration } from '@mikro-orm/migrations';

const BESIDE = ['conversation_tags', 'conversation_notes', 'message_feedback', 'message_corrections'];

/** What stands beside a conversation is exported with it: its change is one of the conversation (docs/adr/0031). */
export class Migration20261127171000_changes_beside_conversations extends Migration {
  override up(): void {
    this.addSql(`set local lock_timeout = '10s'`);
    this.addSql(`
      create function note_change_of_conversations() returns trigger language plpgsql as $$
      begin
        update conversations c set changed_xid = pg_current_xact_id()
        from (select distinct workspace_id, conversation_id from changed) x
        where c.workspace_id = x.workspace_id and c.id = x.conversation_id;
        return null;
      end $$`);
    for (const table of BESIDE)
      for (const [event, rows] of [
        ['insert', 'new'],
        ['update', 'new'],
        ['delete', 'old'],
      ])
        this.addSql(`
          create trigger ${table}_${event}_changes_conversation after ${event} on ${table}
          referencing ${rows} table as changed for each statement execute function note_change_of_conversations()`);
  }
}
