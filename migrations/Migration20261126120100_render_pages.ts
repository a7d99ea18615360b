import { Migration } from '@mikro-orm/migrations';

/** Sources say whether a browser renders their pages; runs, how many would have needed one and how much was read. */
export class Migration20261126120100_render_pages extends Migration {
  override up(): void {
    this.addSql(
      `alter table datasources add column render text not null default 'never'
         constraint datasources_render check (render in ('never', 'auto', 'always'))`,
    );
    this.addSql(
      'alter table sync_runs add column needs_browser int not null default 0, add column bytes double precision not null default 0',
    );
  }
}
