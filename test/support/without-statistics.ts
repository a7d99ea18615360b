/**
 * Keeps the server from analysing what is said, as right after an import or a restore: the planner knows nothing of the
 * tables, and takes ways that it would not take later.
 */
export const WITHOUT_STATISTICS = `do $$ declare name regclass; begin
   for name in select 'conversations'::regclass
     union all select inhrelid::regclass from pg_inherits where inhparent = 'messages'::regclass
   loop execute format('alter table %s set (autovacuum_enabled = false)', name); end loop;
 end $$`;
