import { Migration } from '@mikro-orm/migrations';

/** What runs again waits as long as it is asked to, and insights read only conversations that have changed (docs/adr/0037). */
export class Migration20261128010000_insights_read_changes extends Migration {
  override up(): void {
    this.addSql(`set local lock_timeout = '10s'`);
    // Without one, a job that is to run again does so at once, as it did before.
    this.addSql(`alter table jobs add column rerun_after timestamptz(3) null`);
    // Without one, all conversations are read once.
    this.addSql(`alter table insight_states add column read_mark xid8 null`);
  }
}
