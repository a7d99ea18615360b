import { Migration } from '@mikro-orm/migrations';

/** Indexes that others stand in for; each turn wrote into them four times (docs/adr/0013). */
export class Migration20261128060000_fewer_indexes extends Migration {
  override up(): void {
    this.addSql(`set local lock_timeout = '10s'`);
    // The same columns as conversations_workspace_id_unique and erasures_workspace_id_unique.
    this.addSql('drop index conversations_workspace');
    this.addSql('drop index erasures_workspace');
    // Each partition has a unique index of (conversation_id, position), and a conversation is of one workspace.
    this.addSql('drop index messages_conversation');
  }
}
