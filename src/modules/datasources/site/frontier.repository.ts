import { Injectable } from '@nestjs/common';
import { inBatches, newId, Sql } from '#common/database';
import type { PageOutcome, Reason } from '../datasources.types.js';
import { MAX_QUERIES_A_PATH } from './crawl-traps.js';
import { skipReason, type SkipCode } from './skip-reasons.js';

/** Pages that are passed over before they are asked for are listed up to so many; there may be endlessly many. */
const MAX_LISTED_SKIPS = 1_000;

/** A run of a source, by its ids. */
export interface RunRef {
  readonly id: string;
  readonly workspaceId: string;
  readonly datasourceId: string;
}

/** A page that was met, by its address in normal form. */
export interface FoundPage {
  readonly url: string;
  readonly depth: number;
  /** Why it is not to be read. */
  readonly skip?: SkipCode;
}

/** A page of a run that has still to be read. */
export interface WaitingPage {
  readonly id: string;
  readonly url: string;
  readonly origin: string;
  readonly depth: number;
  readonly tries: number;
  /** Whether it is believed where it says that it belongs. */
  readonly heedsCanonical: boolean;
}

/** What became of a page; without an outcome it waits on. */
export interface SettledPage {
  readonly id: string;
  readonly outcome: PageOutcome | null;
  readonly reason: Reason | null;
  readonly documentId: string | null;
  readonly httpStatus: number | null;
  readonly bytes: number | null;
  readonly durationMs: number;
  readonly tries: number;
  readonly waitMs: number;
  readonly canonicalUrl: string | null;
}

/** When the pages of one server that wait may be asked for. */
export interface OriginWait {
  readonly origin: string;
  readonly waitMs: number;
}

/** How a run goes, by outcome. */
export type OutcomeCounts = Readonly<Record<PageOutcome, number>>;

/**
 * The pages of a crawl, those that are read and those that wait. They are rows of the run, each address once, so that a
 * process that dies leaves nothing behind that is not known. One process at a time works on a run.
 */
@Injectable()
export class FrontierRepository {
  constructor(private readonly sql: Sql) {}

  /**
   * Adds pages that the run has not met yet. Beyond `maxPages`, and where pages differ in ever more queries only, they are
   * noted as skipped.
   */
  async add(run: RunRef, found: readonly FoundPage[], maxPages: number): Promise<void> {
    const pages = new Map<string, FoundPage>();
    for (const page of found) if (!pages.has(page.url)) pages.set(page.url, page);
    for (const batch of inBatches([...pages.values()], 500)) await this.#addBatch(run, batch, maxPages);
  }

  async #addBatch(run: RunRef, pages: readonly FoundPage[], maxPages: number): Promise<void> {
    const known = await this.#knownOf(run, pages);
    const fresh = pages.filter(({ url }) => !known.has(url));
    if (fresh.length === 0) return;
    const queries = await this.#queriesOf(run, fresh);
    const counts = await this.#countsOf(run);
    const rows: NewRow[] = [];
    for (const page of fresh) {
      const queryPath = queryPathOf(page.url);
      const queriesSoFar = queryPath === null ? 0 : (queries.get(queryPath) ?? 0);
      const skip = page.skip ?? skipFor(queriesSoFar, counts.known, maxPages);
      if (skip && counts.skips >= MAX_LISTED_SKIPS) continue;
      if (skip) counts.skips += 1;
      else counts.known += 1;
      if (queryPath !== null) queries.set(queryPath, queriesSoFar + 1);
      rows.push(rowOf(page, queryPath, skip));
    }
    for (const batch of inBatches(rows)) await this.#insert(run, batch);
    const skipped = rows.filter(({ outcome }) => outcome !== null).length;
    await this.sql.inWorkspace(
      run.workspaceId,
      'update sync_runs set known = known + ?, skipped = skipped + ? where workspace_id = ? and id = ?',
      [rows.length - skipped, skipped, run.workspaceId, run.id],
    );
  }

  /** Pages that may be read now, the nearest to a start page first. */
  async take(run: RunRef, limit: number, restingOrigins: readonly string[]): Promise<WaitingPage[]> {
    return this.sql.inWorkspace<WaitingPage>(
      run.workspaceId,
      `select id, url, origin, depth, tries, heeds_canonical as "heedsCanonical" from sync_run_pages
       where workspace_id = ? and run_id = ? and outcome is null and (not_before is null or not_before <= now())
         and origin not in (select jsonb_array_elements_text(?::jsonb))
       order by depth, id limit ?`,
      [run.workspaceId, run.id, JSON.stringify(restingOrigins), limit],
    );
  }

  /** For each server that pages wait for, in how many milliseconds the first of them is due. */
  waits(run: RunRef): Promise<OriginWait[]> {
    return this.sql.inWorkspace<OriginWait>(
      run.workspaceId,
      `select origin, min(greatest(0, coalesce(extract(epoch from not_before - now()) * 1000, 0)))::float as "waitMs"
       from sync_run_pages where workspace_id = ? and run_id = ? and outcome is null group by origin`,
      [run.workspaceId, run.id],
    );
  }

  /** Notes what became of pages, and counts it. */
  async settle(run: RunRef, pages: readonly SettledPage[]): Promise<void> {
    await this.sql.inWorkspace(
      run.workspaceId,
      `with settled as (
         update sync_run_pages p set outcome = r.outcome, reason = r.reason, document_id = r."documentId",
           http_status = r."httpStatus", bytes = r.bytes, duration_ms = r."durationMs", tries = r.tries,
           not_before = case when r."waitMs" > 0 then now() + r."waitMs" * interval '1 millisecond' end,
           canonical_url = r."canonicalUrl"
         from jsonb_to_recordset(?::jsonb) as r(id uuid, outcome text, reason jsonb, "documentId" uuid, "httpStatus" int,
           bytes int, "durationMs" int, tries int, "waitMs" float, "canonicalUrl" text)
         where p.workspace_id = ? and p.run_id = ? and p.id = r.id and p.outcome is null
         returning p.outcome, p.reason, p.bytes
       )
       update sync_runs r set ${COUNTS.map((count) => `${count} = r.${count} + c.${count}`).join(', ')}
       from (select ${COUNTED} from settled) c where r.workspace_id = ? and r.id = ?`,
      [JSON.stringify(pages), run.workspaceId, run.id, run.workspaceId, run.id],
    );
  }

  /** Sets the counts of the run to what its pages say. */
  async countAgain(run: RunRef): Promise<void> {
    await this.sql.inWorkspace(
      run.workspaceId,
      `update sync_runs r set ${COUNTS.map((count) => `${count} = c.${count}`).join(', ')}
       from (select ${COUNTED} from sync_run_pages where workspace_id = ? and run_id = ?) c
       where r.workspace_id = ? and r.id = ?`,
      [run.workspaceId, run.id, run.workspaceId, run.id],
    );
  }

  /** How many pages of the run are read, and how many are known. */
  async progressOf(run: RunRef): Promise<{ done: number; known: number }> {
    const [row] = await this.sql.inWorkspace<{ waiting: number; known: number }>(
      run.workspaceId,
      `select known, (select count(*)::int from sync_run_pages p where p.workspace_id = r.workspace_id and p.run_id = r.id
         and p.outcome is null) as waiting from sync_runs r where r.workspace_id = ? and r.id = ?`,
      [run.workspaceId, run.id],
    );
    return { done: Math.max(0, (row?.known ?? 0) - (row?.waiting ?? 0)), known: row?.known ?? 0 };
  }

  /** Of these addresses, those that the run has found to be pages with content of their own. */
  async confirmed(run: RunRef, urls: readonly string[]): Promise<Set<string>> {
    const rows = await this.sql.inWorkspace<{ url: string }>(
      run.workspaceId,
      `select url from sync_run_pages where workspace_id = ? and run_id = ? and outcome in (${CONFIRMED})
       and url in (select jsonb_array_elements_text(?::jsonb))`,
      [run.workspaceId, run.id, JSON.stringify(urls)],
    );
    return new Set(rows.map(({ url }) => url));
  }

  /**
   * Pages that the run has not met although it should: those with content from before, and those that the last run that
   * succeeded could not or might not read.
   *
   * @param after the address that the page before ended with.
   */
  unmet(run: RunRef, after: string, limit: number): Promise<FoundPage[]> {
    return this.sql.inWorkspace<FoundPage>(
      run.workspaceId,
      `with last as (
         select id from sync_runs where workspace_id = ? and datasource_id = ? and document_id is null
           and state = 'succeeded' order by id desc limit 1
       ), former as (
         select p.url, p.depth, p.outcome from sync_run_pages p join last on last.id = p.run_id where p.workspace_id = ?
       ), wanted as (
         select d.url, coalesce(f.depth, 0) as depth from documents d left join former f on f.url = d.url
         where d.workspace_id = ? and d.datasource_id = ?
         union
         select url, depth from former where outcome in ('failed', 'skipped', 'duplicate')
       )
       select url, min(depth)::int as depth from wanted w
       where url > ? and not exists (
         select 1 from sync_run_pages p where p.workspace_id = ? and p.run_id = ? and p.url = w.url and p.origin is not null)
       group by url order by url limit ?`,
      [
        ...[run.workspaceId, run.datasourceId, run.workspaceId, run.workspaceId, run.datasourceId],
        ...[after, run.workspaceId, run.id, limit],
      ],
    );
  }

  /** Reads again the pages that said they belong elsewhere, where nothing was found there. Says how many. */
  async distrustCanonicals(run: RunRef): Promise<number> {
    const rows = await this.sql.inWorkspace(
      run.workspaceId,
      `update sync_run_pages p set outcome = null, reason = null, heeds_canonical = false, canonical_url = null
       where p.workspace_id = ? and p.run_id = ? and p.outcome = 'duplicate' and p.canonical_url is not null
         and not exists (select 1 from sync_run_pages c where c.workspace_id = p.workspace_id and c.run_id = p.run_id
           and c.url = p.canonical_url and c.outcome in (${CONFIRMED}, 'duplicate'))
       returning p.id`,
      [run.workspaceId, run.id],
    );
    return rows.length;
  }

  /**
   * Drops what two runs in a row did not find, and what the settings leave out now. What could not be read stays as it
   * is. Says so in the pages of the run.
   */
  async dropMissing(run: RunRef, leftOut: readonly string[]): Promise<void> {
    const { workspaceId, datasourceId, id } = run;
    const confirmed = `exists (select 1 from sync_run_pages p where p.workspace_id = d.workspace_id and p.run_id = ?
      and p.url = d.url and p.outcome in (${CONFIRMED}, 'failed'))`;
    await this.sql.inWorkspace(
      workspaceId,
      `update documents d set missed = missed + 1 where d.workspace_id = ? and d.datasource_id = ? and not ${confirmed}`,
      [workspaceId, datasourceId, id],
    );
    const isLeftOut = `d.url in (select jsonb_array_elements_text(?::jsonb))`;
    const left = JSON.stringify(leftOut);
    const isMissed = `not ${confirmed} and not ${isLeftOut}`;
    await this.#note(run, 'datasources.page_excluded', isLeftOut, [left]);
    await this.#note(run, 'datasources.page_unconfirmed', `d.missed = 1 and ${isMissed}`, [id, left]);
    await this.#note(run, 'datasources.page_dropped', `d.missed > 1 and ${isMissed}`, [id, left]);
    await this.sql.inWorkspace(
      workspaceId,
      `delete from documents d where d.workspace_id = ? and d.datasource_id = ? and (d.missed > 1 or ${isLeftOut})`,
      [workspaceId, datasourceId, left],
    );
  }

  /** As `dropMissing`, for the only page of a run. */
  async dropIfMissing(run: RunRef & { readonly documentId: string | null }): Promise<void> {
    const { workspaceId, datasourceId, documentId, id } = run;
    await this.sql.inWorkspace(
      workspaceId,
      `update documents d set missed = missed + 1 where d.workspace_id = ? and d.datasource_id = ? and d.id = ?
       and exists (select 1 from sync_run_pages p where p.workspace_id = d.workspace_id and p.run_id = ?
         and p.url = d.url and p.outcome not in (${CONFIRMED}, 'failed'))`,
      [workspaceId, datasourceId, documentId, id],
    );
    await this.sql.inWorkspace(
      workspaceId,
      'delete from documents where workspace_id = ? and datasource_id = ? and id = ? and missed > 1',
      [workspaceId, datasourceId, documentId],
    );
  }

  /** Of pages with the same content that could not be told before, keeps the oldest. */
  async foldDuplicates(run: RunRef): Promise<void> {
    await this.sql.inWorkspace(
      run.workspaceId,
      `with twins as (
         select d.id, row_number() over (partition by d.content_hash order by d.id) as place from documents d
         join sync_run_pages p on p.workspace_id = d.workspace_id and p.run_id = ? and p.url = d.url
           and p.outcome in (${CONFIRMED})
         where d.workspace_id = ? and d.datasource_id = ?
       ), folded as (
         delete from documents d using twins t where d.workspace_id = ? and d.id = t.id and t.place > 1 returning d.url
       )
       update sync_run_pages p set outcome = 'duplicate', reason = ?::jsonb, document_id = null
       from folded f where p.workspace_id = ? and p.run_id = ? and p.url = f.url`,
      [
        ...[run.id, run.workspaceId, run.datasourceId, run.workspaceId],
        ...[JSON.stringify(skipReason('datasources.page_duplicate')), run.workspaceId, run.id],
      ],
    );
  }

  /** Forgets the pages of older runs: a site has many. */
  async forgetOldPages(run: RunRef, keptRuns: number): Promise<void> {
    await this.sql.inWorkspace(
      run.workspaceId,
      `delete from sync_run_pages p where p.workspace_id = ? and p.run_id in (
         select id from sync_runs where workspace_id = ? and datasource_id = ? and document_id is null
         order by id desc offset ?)`,
      [run.workspaceId, run.workspaceId, run.datasourceId, keptRuns],
    );
  }

  /** The addresses of the documents of the source, in order. */
  async listDocumentUrls(run: RunRef, after: string, limit: number): Promise<string[]> {
    const rows = await this.sql.inWorkspace<{ url: string }>(
      run.workspaceId,
      'select url from documents where workspace_id = ? and datasource_id = ? and url > ? order by url limit ?',
      [run.workspaceId, run.datasourceId, after, limit],
    );
    return rows.map(({ url }) => url);
  }

  /** Why the first of the pages could not be read. */
  async firstFailure(run: RunRef): Promise<Reason | undefined> {
    const [row] = await this.sql.inWorkspace<{ reason: Reason }>(
      run.workspaceId,
      `select reason from sync_run_pages where workspace_id = ? and run_id = ? and reason is not null
       order by depth, id limit 1`,
      [run.workspaceId, run.id],
    );
    return row?.reason;
  }

  async countConfirmed(run: RunRef): Promise<number> {
    const [row] = await this.sql.inWorkspace<{ count: number }>(
      run.workspaceId,
      'select added + unchanged + changed as count from sync_runs where workspace_id = ? and id = ?',
      [run.workspaceId, run.id],
    );
    return row?.count ?? 0;
  }

  /** Writes of documents that are gone what the run says of them, whether or not it has met them. */
  async #note(run: RunRef, code: SkipCode, which: string, params: readonly unknown[]): Promise<void> {
    const rows = await this.sql.inWorkspace<{ id: string; url: string }>(
      run.workspaceId,
      `select d.id, d.url from documents d where d.workspace_id = ? and d.datasource_id = ? and ${which}`,
      [run.workspaceId, run.datasourceId, ...params],
    );
    const notes = rows.map(({ id: documentId, url }) => ({
      id: newId(),
      documentId,
      url,
      origin: new URL(url).origin,
    }));
    for (const batch of inBatches(notes)) {
      await this.sql.inWorkspace(
        run.workspaceId,
        `insert into sync_run_pages as p (id, workspace_id, run_id, document_id, url, origin, outcome, reason, duration_ms, created_at)
         select r.id, s.workspace_id, s.id, r."documentId", r.url, r.origin, 'gone', ?::jsonb, 0, now()
         from jsonb_to_recordset(?::jsonb) as r(id uuid, "documentId" uuid, url text, origin text)
         join sync_runs s on s.workspace_id = ? and s.id = ?
         on conflict (workspace_id, run_id, url) where origin is not null do update set outcome = 'gone',
           reason = case when p.outcome = 'gone' or p.reason is null then excluded.reason else p.reason end,
           document_id = excluded.document_id
         where p.workspace_id = excluded.workspace_id`,
        [JSON.stringify(skipReason(code)), JSON.stringify(batch), run.workspaceId, run.id],
      );
    }
  }

  async #knownOf(run: RunRef, pages: readonly FoundPage[]): Promise<Set<string>> {
    const rows = await this.sql.inWorkspace<{ url: string }>(
      run.workspaceId,
      `select url from sync_run_pages where workspace_id = ? and run_id = ? and origin is not null
       and url in (select jsonb_array_elements_text(?::jsonb))`,
      [run.workspaceId, run.id, JSON.stringify(pages.map(({ url }) => url))],
    );
    return new Set(rows.map(({ url }) => url));
  }

  async #queriesOf(run: RunRef, pages: readonly FoundPage[]): Promise<Map<string, number>> {
    const paths = [...new Set(pages.map(({ url }) => queryPathOf(url)).filter((path) => path !== null))];
    if (paths.length === 0) return new Map();
    const rows = await this.sql.inWorkspace<{ path: string; count: number }>(
      run.workspaceId,
      `select query_path as path, count(*)::int as count from sync_run_pages
       where workspace_id = ? and run_id = ? and query_path in (select jsonb_array_elements_text(?::jsonb)) group by 1`,
      [run.workspaceId, run.id, JSON.stringify(paths)],
    );
    return new Map(rows.map(({ path, count }) => [path, count]));
  }

  async #countsOf(run: RunRef): Promise<{ known: number; skips: number }> {
    const [row] = await this.sql.inWorkspace<{ known: number; skips: number }>(
      run.workspaceId,
      'select known, skipped as skips from sync_runs where workspace_id = ? and id = ?',
      [run.workspaceId, run.id],
    );
    return row ?? { known: 0, skips: 0 };
  }

  async #insert(run: RunRef, rows: readonly NewRow[]): Promise<void> {
    await this.sql.inWorkspace(
      run.workspaceId,
      `insert into sync_run_pages (id, workspace_id, run_id, url, origin, query_path, depth, outcome, reason, duration_ms,
         created_at)
       select r.id, s.workspace_id, s.id, r.url, r.origin, r."queryPath", r.depth, r.outcome, r.reason, 0, now()
       from jsonb_to_recordset(?::jsonb) as r(id uuid, url text, origin text, "queryPath" text, depth int, outcome text,
         reason jsonb)
       join sync_runs s on s.workspace_id = ? and s.id = ?`,
      [JSON.stringify(rows), run.workspaceId, run.id],
    );
  }
}

const CONFIRMED = `'added', 'unchanged', 'changed'`;
const OUTCOMES = ['added', 'unchanged', 'changed', 'gone', 'failed', 'skipped', 'duplicate'];
const COUNTS = [...OUTCOMES, 'needs_browser', 'bytes'];
const COUNTED = [
  ...OUTCOMES.map((outcome) => `(count(*) filter (where outcome = '${outcome}'))::int as ${outcome}`),
  `(count(*) filter (where reason->>'code' = 'datasources.page_needs_browser'))::int as needs_browser`,
  'coalesce(sum(bytes), 0)::float as bytes',
].join(', ');

interface NewRow {
  readonly id: string;
  readonly url: string;
  readonly origin: string;
  readonly queryPath: string | null;
  readonly depth: number;
  readonly outcome: 'skipped' | null;
  readonly reason: Reason | null;
}

function rowOf({ url, depth }: FoundPage, queryPath: string | null, skip: SkipCode | undefined): NewRow {
  return {
    ...{ id: newId(), url, origin: new URL(url).origin, queryPath, depth },
    outcome: skip ? 'skipped' : null,
    reason: skip ? skipReason(skip) : null,
  };
}

function skipFor(queriesSoFar: number, known: number, maxPages: number): SkipCode | undefined {
  if (queriesSoFar >= MAX_QUERIES_A_PATH) return 'datasources.page_trap';
  return known >= maxPages ? 'datasources.page_limit' : undefined;
}

function queryPathOf(url: string): string | null {
  const query = url.indexOf('?');
  return query < 0 ? null : url.slice(0, query);
}
