import { Migration } from '@mikro-orm/migrations';

/** Jobs say since when they have stood where they are, and when they will probably have done their work. */
export class Migration20261126120000_progress_of_jobs extends Migration {
  override up(): void {
    this.addSql(
      'alter table jobs add column progressed_at timestamptz(3) null, add column estimated_end_at timestamptz(3) null',
    );
  }
}
