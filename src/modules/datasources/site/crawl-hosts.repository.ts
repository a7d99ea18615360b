import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import type { RunRef } from './frontier.repository.js';

/** What a run knows of a server. */
export interface StoredHost {
  readonly origin: string;
  /** Its robots.txt; null while it could not be read. */
  readonly robots: string | null;
  /** How often it was tried to read that. */
  readonly tries: number;
  /** In how many milliseconds it may be asked again. */
  readonly restMs: number;
}

/** The servers that a crawl asks. */
@Injectable()
export class CrawlHostsRepository {
  constructor(private readonly sql: Sql) {}

  list(run: RunRef): Promise<StoredHost[]> {
    return this.sql.inWorkspace<StoredHost>(
      run.workspaceId,
      `select origin, robots, tries,
         greatest(0, coalesce(extract(epoch from next_at - now()) * 1000, 0))::float as "restMs"
       from crawl_hosts where workspace_id = ? and run_id = ?`,
      [run.workspaceId, run.id],
    );
  }

  async save(run: RunRef, { origin, robots, tries, restMs }: StoredHost): Promise<void> {
    await this.sql.inWorkspace(
      run.workspaceId,
      `insert into crawl_hosts as h (workspace_id, run_id, origin, robots, tries, next_at)
       select s.workspace_id, s.id, ?::text, ?::text, ?::int, now() + ?::float * interval '1 millisecond' from sync_runs s
       where s.workspace_id = ? and s.id = ?
       on conflict (run_id, origin) do update set robots = excluded.robots, tries = excluded.tries, next_at = excluded.next_at
       where h.workspace_id = excluded.workspace_id`,
      [origin, robots, tries, restMs, run.workspaceId, run.id],
    );
  }
}
