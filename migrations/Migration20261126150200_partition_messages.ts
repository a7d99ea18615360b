import { Migration } from '@mikro-orm/migrations';

/**
 * Messages are partitioned by the month of their ids (docs/adr/0029). What is there becomes the first partition as it
 * is: no row is read or copied, and the tables are locked only while the catalogue is changed.
 */
export class Migration20261126150200_partition_messages extends Migration {
  override up(): void {
    this.addSql(`set local lock_timeout = '10s'`);
    this.references();
    this.months();
    this.swap();
    this
      .addSql(`select history.add_month((date_trunc('month', now() at time zone 'UTC') + n * interval '1 month')::date)
      from generate_series(0, 2) n`);
  }

  /** Foreign keys that lead to messages: moving and dropping partitions goes on without them. */
  private references(): void {
    this.addSql(`
      create function history.release_references() returns jsonb language plpgsql as $$
      declare
        keys jsonb;
        one record;
      begin
        select coalesce(jsonb_agg(jsonb_build_object('table', c.conrelid::regclass::text, 'name', c.conname,
            'definition', regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', ''))), '[]')
          into keys
          from pg_constraint c
          where c.contype = 'f' and c.confrelid = 'public.messages'::regclass and c.conparentid = 0
            and c.conrelid <> c.confrelid;
        for one in select * from jsonb_to_recordset(keys) as k("table" text, name text) loop
          execute format('alter table %s drop constraint %I', one."table", one.name);
        end loop;
        return keys;
      end $$`);
    // Without a look at the rows; whoever validates the constraints later keeps nobody from writing.
    this.addSql(`
      create function history.restore_references(keys jsonb) returns void language plpgsql as $$
      declare
        one record;
      begin
        for one in select * from jsonb_to_recordset(keys) as k("table" text, name text, definition text) loop
          execute format('alter table %s add constraint %I %s not valid', one."table", one.name, one.definition);
        end loop;
      end $$`);
  }

  private months(): void {
    this.addSql(`
      create function history.add_month(month date) returns boolean language plpgsql as $$
      declare
        name text := 'messages_' || to_char(month, 'YYYY_MM');
        lower_id uuid := history.bound(date_trunc('month', month::timestamp) at time zone 'UTC');
        upper_id uuid := history.bound((date_trunc('month', month::timestamp) + interval '1 month') at time zone 'UTC');
        keys jsonb;
      begin
        perform pg_advisory_xact_lock(hashtext('history.partitions'));
        if to_regclass('history.' || name) is not null then return false; end if;
        -- The table as it was before there were partitions holds everything up to its own bound.
        if exists (
          select 1 from pg_inherits i join pg_class c on c.oid = i.inhrelid
          where i.inhparent = 'public.messages'::regclass and c.relname ~ '^messages_until_\\d{4}_\\d{2}$'
            and to_date(substr(c.relname, 16), 'YYYY_MM') > date_trunc('month', month)
        ) then return false; end if;
        execute format('create table history.%I (like public.messages including all)', name);
        execute format('alter table history.%I add constraint %I unique (conversation_id, position)',
          name, name || '_position_unique');
        if exists (select 1 from history.messages_other where id >= lower_id and id < upper_id) then
          keys := history.release_references();
          execute format('with moved as (delete from history.messages_other where id >= %L::uuid and id < %L::uuid returning *)
            insert into history.%I select * from moved', lower_id, upper_id, name);
        end if;
        execute format('alter table public.messages attach partition history.%I for values from (%L) to (%L)',
          name, lower_id, upper_id);
        if keys is not null then perform history.restore_references(keys); end if;
        return true;
      end $$`);
    this.addSql(`
      create function history.drop_partition(name text) returns void language plpgsql as $$
      declare
        keys jsonb;
      begin
        perform pg_advisory_xact_lock(hashtext('history.partitions'));
        if to_regclass('history.' || name) is null then return; end if;
        keys := history.release_references();
        execute format('alter table public.messages detach partition history.%I', name);
        perform history.restore_references(keys);
        execute format('drop table history.%I', name);
      end $$`);
  }

  private swap(): void {
    this.addSql(`
      do $$
      declare
        keys jsonb := history.release_references();
        closed_at uuid;
        old_name text;
        is_empty boolean := not exists (select 1 from public.messages);
        one record;
        own jsonb;
        triggers jsonb;
      begin
        closed_at := (select (regexp_match(pg_get_constraintdef(oid), '''([0-9a-f-]{36})'''))[1]::uuid
          from pg_constraint where conname = 'messages_closed' and conrelid = 'public.messages'::regclass);
        old_name := 'messages_until_' || to_char(history.month_of(closed_at), 'YYYY_MM');
        select coalesce(jsonb_agg(jsonb_build_object('name', tgname, 'definition', pg_get_triggerdef(oid))), '[]')
          into triggers from pg_trigger where tgrelid = 'public.messages'::regclass and not tgisinternal;
        for one in select * from jsonb_to_recordset(triggers) as t(name text) loop
          execute format('drop trigger %I on public.messages', one.name);
        end loop;
        alter table public.messages set schema history;
        execute format('alter table history.messages rename to %I', old_name);
        execute format('create table public.messages (like history.%I including defaults including constraints
          including generated including identity including storage including comments) partition by range (id)', old_name);
        alter table public.messages drop constraint messages_closed;

        -- What every partition has: keys, indexes and what the rows refer to, under the names they had.
        select jsonb_agg(jsonb_build_object('name', conname, 'definition',
            regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '')) order by contype desc) into own
          from pg_constraint
          where conrelid = format('history.%I', old_name)::regclass and contype in ('p', 'u', 'f')
            and conname <> 'messages_position_unique';
        for one in select * from jsonb_to_recordset(own) as c(name text, definition text) loop
          execute format('alter table public.messages add constraint %I %s', one.name, one.definition);
        end loop;
        for one in
          select pg_get_indexdef(i.indexrelid) as definition from pg_index i
          where i.indrelid = format('history.%I', old_name)::regclass
            and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)
        loop
          execute replace(one.definition, format(' ON history.%I ', old_name), ' ON public.messages ');
        end loop;
        for one in select * from jsonb_to_recordset(triggers) as t(definition text) loop
          execute one.definition;
        end loop;

        create table history.messages_other partition of public.messages default;
        alter table history.messages_other add constraint messages_other_position_unique unique (conversation_id, position);
        if is_empty then
          execute format('drop table history.%I', old_name);
        else
          execute format('alter table public.messages attach partition history.%I for values from (minvalue) to (%L)',
            old_name, closed_at);
          execute format('alter table history.%I drop constraint messages_closed', old_name);
        end if;
        perform history.restore_references(keys);
      end $$`);
  }
}
