import { Migration } from '@mikro-orm/migrations';

/** The ledger of a workspace is read from one end to the other. */
export class Migration20261126174000_calls_by_id extends Migration {
  override up(): void {
    this.addSql('create index model_calls_workspace on model_calls (workspace_id, id)');
  }
}
