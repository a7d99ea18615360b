import { Migration } from '@mikro-orm/migrations';

/** The ledger also has the calls that put passages in order. */
export class Migration20261126191000_ledger_of_rerankers extends Migration {
  override up(): void {
    this.addSql('alter table model_calls drop constraint model_calls_kind_known');
    this.addSql(`
      alter table model_calls
        add constraint model_calls_kind_known check (kind in ('chat', 'embedding', 'rerank')) not valid`);
    this.addSql('alter table model_calls validate constraint model_calls_kind_known');
  }
}
