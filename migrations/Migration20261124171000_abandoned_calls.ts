import { Migration } from '@mikro-orm/migrations';

/** What is held back in a budget knows for whom, so that it is settled when the process that asked has died. */
export class Migration20261124171000_abandoned_calls extends Migration {
  override up(): void {
    this.addSql(`
      alter table budget_reservations
        add column message_id uuid null,
        add column provider text null,
        add column model text null`);
    this.addSql('create index budget_reservations_message on budget_reservations (workspace_id, message_id)');
  }
}
