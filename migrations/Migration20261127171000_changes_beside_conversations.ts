import { Migration } from '@mikro-orm/migrations';

const BESIDE = ['conversation_tags', 'conversation_notes', 'message_feedback', 'message_corrections'];

/** What stands beside a conversation is exported with it: its change is one of the conversation (docs/adr/0031). */
export class Migration20261127171000_changes_beside_conversations extends Migration {
  override up(): void {
    this.addSql(`set local lock_timeout = '10s'`);
    this.addSql(`
      create function note_change_of_conversation() returns trigger language plpgsql as $$
      declare changed record;
      begin
        if tg_op = 'DELETE' then changed := old; else changed := new; end if;
        update conversations set changed_xid = pg_current_xact_id()
        where workspace_id = changed.workspace_id and id = changed.conversation_id;
        return null;
      end $$`);
    // For each row: most messages that are removed take nothing of this kind along, which is to cost nothing.
    for (const table of BESIDE)
      this.addSql(`
        create trigger ${table}_changes_conversation after insert or update or delete on ${table}
        for each row execute function note_change_of_conversation()`);
  }
}
