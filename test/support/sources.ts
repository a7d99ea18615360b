import type { Installation } from './installation.js';

/** What has become of a source, as the database tells. */
export interface SourceOutcome {
  readonly state: string;
  readonly attempt: number;
  readonly documents: number;
  /** How its syncs ended, in order. */
  readonly runs: readonly string[];
}

/** The last job of each source, with its documents and runs. */
export async function outcomesOf(
  installation: Installation,
  datasourceIds: readonly string[],
): Promise<SourceOutcome[]> {
  return installation.rows<SourceOutcome>(
    `select j.state, j.attempt,
       (select count(*)::int from documents d where d.datasource_id = s.id) as documents,
       array(select r.state from sync_runs r where r.datasource_id = s.id order by r.id) as runs
     from datasources s
     join lateral (
       select state, attempt from jobs where payload ->> 'datasourceId' = s.id::text order by id desc limit 1
     ) j on true
     where s.id = any($1) order by s.id`,
    [datasourceIds],
  );
}
