import { Migration } from '@mikro-orm/migrations';

/**
 * Makes ready for partitions by month: new messages are checked against the month at whose end the table will be closed.
 *
 * Ids are UUIDv7: their first 48 bits are the milliseconds since 1970, so that a month is a range of ids.
 */
export class Migration20261126150000_bound_messages extends Migration {
  override up(): void {
    this.addSql('create schema history');
    this.addSql(`
      create function history.bound(at timestamptz) returns uuid language sql immutable as $$
        select (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
      $$`);
    this.addSql(`
      create function history.month_of(id uuid) returns timestamp language sql immutable as $$
        select date_trunc('month', to_timestamp(
          ('x' || lpad(substr(replace(id::text, '-', ''), 1, 12), 16, '0'))::bit(64)::bigint / 1000.0) at time zone 'UTC')
      $$`);
    // A day is left for clocks that go wrong, and for turns that are under way.
    this.addSql(`
      do $$
      declare
        closes_at timestamptz := date_trunc('month', now() at time zone 'UTC' + interval '1 month 2 days') at time zone 'UTC';
      begin
        execute format('alter table messages add constraint messages_closed check (id < %L::uuid) not valid',
          history.bound(closes_at));
      end $$`);
  }
}
