import { Migration } from '@mikro-orm/migrations';

/** Jobs remember which request asked for them, for logs, and which trace they go on from. */
export class Migration20261124061500_trace_jobs extends Migration {
  override up(): void {
    this.addSql('alter table jobs add column request_id text null, add column trace_parent text null');
  }
}
