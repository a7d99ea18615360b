import { Migration } from '@mikro-orm/migrations';

/** Workspaces may say by which of a provider's interfaces a model is asked. */
export class Migration20261124170000_choose_chat_api extends Migration {
  override up(): void {
    this.addSql(`
      alter table model_overrides
        add column api text null
        constraint model_overrides_api_known check (api in ('chat_completions', 'responses'))`);
  }
}
