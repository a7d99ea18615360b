import { Migration } from '@mikro-orm/migrations';

/** The rows that refer to messages are looked at anew, without keeping anybody from writing. */
export class Migration20261126150300_check_references_to_messages extends Migration {
  override up(): void {
    this.addSql(`
      do $$
      declare
        one record;
      begin
        for one in
          select conrelid::regclass::text as name, conname from pg_constraint
          where contype = 'f' and confrelid = 'public.messages'::regclass and conparentid = 0 and not convalidated
        loop
          execute format('alter table %s validate constraint %I', one.name, one.conname);
        end loop;
      end $$`);
  }
}
