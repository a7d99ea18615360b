import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Sql } from './sql.js';
import { Tenancy } from './tenancy.js';

const EVERY_MS = 60_000;
const REASON = 'the embedded database has no autovacuum';

/**
 * Does for the embedded database what a server's autovacuum does: without fresh statistics searches are planned as if
 * tables were empty, and without vacuum files only grow. The thresholds are those of Postgres.
 */
@Injectable()
export class EmbeddedCare implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger(EmbeddedCare.name);
  #timer?: NodeJS.Timeout;

  constructor(
    private readonly sql: Sql,
    private readonly tenancy: Tenancy,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.tenancy
        .runUnbound(() => this.tidy())
        .catch((error: unknown) => {
          this.#logger.warn({ err: error }, 'Tables could not be tidied');
        });
    }, EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** Vacuums and analyses the tables that have changed much, one statement each. @returns their names. */
  async tidy(): Promise<string[]> {
    await this.sql.acrossWorkspaces(REASON, 'select pg_stat_force_next_flush()');
    const rows = await this.sql.acrossWorkspaces<{ name: string }>(
      REASON,
      `select format('%I.%I', schemaname, relname) as name from pg_stat_user_tables
       where n_mod_since_analyze > 50 + 0.1 * n_live_tup or n_dead_tup > 50 + 0.2 * n_live_tup
       order by 1`,
    );
    for (const { name } of rows) await this.sql.acrossWorkspaces(REASON, `vacuum (analyze) ${name}`);
    return rows.map(({ name }) => name);
  }
}
