import { Migration } from '@mikro-orm/migrations';

/** Calls of embedding models are in the ledger, too, with the source that they were made for. */
export class Migration20261124170500_ledger_of_embeddings extends Migration {
  override up(): void {
    this.addSql(`
      alter table model_calls
        add column kind text not null default 'chat',
        add column datasource_id uuid null,
        add constraint model_calls_kind_known check (kind in ('chat', 'embedding')) not valid`);
    this.addSql('alter table model_calls validate constraint model_calls_kind_known');
    this.addSql('alter table model_calls alter column kind drop default');
  }
}
