import { Injectable, Logger } from '@nestjs/common';
import { Sql } from './sql.js';

const REASON = 'statistics are of whole tables';
/** Messages are in the second; whoever fills a hosted table analyses it. */
const SCHEMAS = `'public', 'history'`;
/** Of smaller tables every plan is good enough. */
const LEAST_BYTES = 1_048_576;

/**
 * What the planner of Postgres knows of the tables. Autovacuum sees to it, but up to minutes after a table has grown: after
 * an import or a restore, work that reads very many rows a page at a time is planned meanwhile as if there were few, and
 * sorts all that is left for each page.
 */
@Injectable()
export class TableStatistics {
  readonly #logger = new Logger(TableStatistics.name);

  constructor(private readonly sql: Sql) {}

  /**
   * Has the tables analysed that were never, or are more than twice as large as they were then. Costs next to nothing
   * where there are none. Never fails: who asks can do without.
   *
   * @returns their names.
   */
  async refresh(): Promise<string[]> {
    try {
      const rows = await this.sql.acrossWorkspaces<{ name: string }>(
        REASON,
        `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname in (${SCHEMAS}) and pg_relation_size(c.oid) > ?::bigint
           and (not exists (select 1 from pg_stats s where s.schemaname = n.nspname and s.tablename = c.relname)
             or pg_relation_size(c.oid) > 2 * c.relpages::bigint * current_setting('block_size')::bigint)
         order by 1`,
        [LEAST_BYTES],
      );
      // Whoever else is at it makes the same ones.
      for (const { name } of rows) await this.sql.acrossWorkspaces(REASON, `analyze (skip_locked) ${name}`);
      return rows.map(({ name }) => name);
    } catch (error) {
      this.#logger.warn({ err: error }, 'Tables could not be analysed');
      return [];
    }
  }
}
