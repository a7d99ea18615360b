import { Migration } from '@mikro-orm/migrations';

/** What conversations were last told of the areas of their topics; those of before are told at the next run. */
export class Migration20261127031000_told_areas extends Migration {
  override up(): void {
    this.addSql('alter table insight_turns add column told_area_id uuid null');
  }
}
