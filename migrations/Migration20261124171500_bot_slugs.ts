import { Migration } from '@mikro-orm/migrations';

/** Bots have names for machines, too: made from their names, and unique in a workspace. */
export class Migration20261124171500_bot_slugs extends Migration {
  override up(): void {
    this.addSql('alter table bots add column slug text null');
    // The oldest bot of a name gets it as it is; the others with a part of their ids, as new ones do with a random part.
    this.addSql(`
      with based as (
        select id, workspace_id, coalesce(nullif(trim('-' from
          substr(trim('-' from regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g')), 1, 50)), ''), 'bot') as base
        from bots
      ), told as (
        select id, case when replace(base, '-', '') ~ '^[0-9a-f]{32}$' then 'bot-' || base else base end as base,
          row_number() over (partition by workspace_id, base order by id) as place
        from based
      )
      update bots b set slug = case when t.place = 1 then t.base else t.base || '-' || right(b.id::text, 12) end
      from told t where t.id = b.id`);
    this.addSql('alter table bots alter column slug set not null');
    this.addSql('alter table bots add constraint bots_slug_unique unique (workspace_id, slug)');
  }
}
