import { Migration } from '@mikro-orm/migrations';

/** A bot may weigh a source more or less than others, and use a part of it only. */
export class Migration20261126130000_tune_sources extends Migration {
  override up(): void {
    // Written in the same moment for all rows that are there: both have a default that is no expression.
    this.addSql(`
      alter table bot_datasources
        add column weight float8 not null default 1,
        add column filter jsonb null,
        add constraint bot_datasources_weight_bounded check (weight between 0.1 and 10)`);
    // Read with each question; hardly any source is in it.
    this.addSql(`
      create index bot_datasources_tuned on bot_datasources (workspace_id, bot_id)
      where weight <> 1 or filter is not null`);
  }
}
