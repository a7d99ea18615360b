import { Injectable } from '@nestjs/common';
import { type RunStatement, Sql } from '#common/database';
import {
  INDEXED_DOWN_TO,
  INDEXED_FROM,
  MOST_INDEXED_DIMENSIONS,
  VECTOR_INDEX_OPTIONS,
  VECTOR_INDEX_PREFIX,
  vectorIndexName,
  vectorIndexStatement,
  type VectorIndexTarget,
} from './vector-index.js';

/** What there is to index. */
export interface VectorCount {
  readonly vectors: number;
  /** Null where there are none. */
  readonly dimensions: number | null;
}

/** How an index is built. */
export interface IndexBuild {
  readonly dimensions: number;
  /** What Postgres may take for it. */
  readonly memoryMb: number;
  /** Postgres decides how many processes build it, or none but its own does. */
  readonly isParallel: boolean;
  /** Told now and then how far it is, from 0 to 1. */
  readonly onProgress: (fraction: number) => void;
  readonly signal: AbortSignal;
}

const REASON = 'the index of one workspace is a matter of the database';
const LOOK_EVERY_MS = 2_000;

/** Indexes of vectors, one for each large workspace and the model that serves it. */
@Injectable()
export class VectorIndexesRepository {
  constructor(private readonly sql: Sql) {}

  /** Embedded, nothing else would run while an index is built: all vectors are looked at there, always. */
  get isPossible(): boolean {
    return !this.sql.isEmbedded;
  }

  /** Those that should have an index and have none, or one that was built otherwise, and those that have one and should not. */
  async unsettled(from = INDEXED_FROM, downTo = INDEXED_DOWN_TO): Promise<VectorIndexTarget[]> {
    return this.sql.acrossWorkspaces<VectorIndexTarget>(
      'large workspaces get an index, whoever they are',
      `with sizes as materialized (
         select workspace_id, sum(chunk_count) as passages from documents group by 1 having sum(chunk_count) > ?
       )
       select s.workspace_id as "workspaceId", s.serving_model as model
       from embedding_spaces s join sizes z on z.workspace_id = s.workspace_id and z.passages > ?
       where not exists (
           select 1 from vector_indexes v join pg_class c on c.oid = to_regclass(v.name)
           where v.workspace_id = s.workspace_id and v.model = s.serving_model and v.is_ready
             and c.reloptions @> string_to_array(?, ' '))
         and (select vector_dims(e.embedding) from chunk_embeddings e
           where e.workspace_id = s.workspace_id and e.model = s.serving_model limit 1) <= ?
         and (select count(*) from chunk_embeddings e
           where e.workspace_id = s.workspace_id and e.model = s.serving_model) > ?
       union all
       select v.workspace_id, v.model from vector_indexes v
       join embedding_spaces s on s.workspace_id = v.workspace_id
       where s.serving_model <> v.model or not exists (select 1 from sizes z where z.workspace_id = v.workspace_id)
       limit 100`,
      [downTo, from, VECTOR_INDEX_OPTIONS.join(' '), MOST_INDEXED_DIMENSIONS, from],
    );
  }

  async count({ workspaceId, model }: VectorIndexTarget): Promise<VectorCount> {
    const [row] = await this.sql.inWorkspace<VectorCount>(
      workspaceId,
      `select count(*)::int as vectors, (
         select vector_dims(e.embedding) from chunk_embeddings e where e.workspace_id = ? and e.model = ? limit 1
       ) as dimensions
       from chunk_embeddings where workspace_id = ? and model = ?`,
      [workspaceId, model, workspaceId, model],
    );
    return row ?? { vectors: 0, dimensions: null };
  }

  /** Whether the model is the one whose vectors answer. */
  async isServing({ workspaceId, model }: VectorIndexTarget): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'select 1 from embedding_spaces where workspace_id = ? and serving_model = ?',
      [workspaceId, model],
    );
    return rows.length > 0;
  }

  async has({ workspaceId, model }: VectorIndexTarget): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'select 1 from vector_indexes where workspace_id = ? and model = ?',
      [workspaceId, model],
    );
    return rows.length > 0;
  }

  /**
   * Makes the index while others write. What a build left behind that was stopped is made anew, and so is one that was
   * built otherwise; searches look at all vectors meanwhile. Safe to repeat.
   */
  async build(target: VectorIndexTarget, build: IndexBuild): Promise<void> {
    const { workspaceId, model } = target;
    const name = vectorIndexName(target);
    await this.sql.inWorkspace(
      workspaceId,
      `insert into vector_indexes as v (workspace_id, model, name, dimensions, created_at)
       select id, ?, ?, ?::int, now() from workspaces where id = ?
       on conflict (workspace_id, model) do update set dimensions = excluded.dimensions where v.workspace_id = ?`,
      [model, name, build.dimensions, workspaceId, workspaceId],
    );
    await this.sql.onOneConnection(REASON, async (run) => {
      if (await this.#isAsWanted(run, name)) return;
      await this.sql.inWorkspace(
        workspaceId,
        'update vector_indexes set is_ready = false where workspace_id = ? and model = ?',
        [workspaceId, model],
      );
      await this.#dropPhysical(run, name);
      await this.#create(run, target, build);
    });
    await this.sql.inWorkspace(
      workspaceId,
      'update vector_indexes set is_ready = true where workspace_id = ? and model = ?',
      [workspaceId, model],
    );
  }

  /** Searches look at all vectors from then on. */
  async drop(target: VectorIndexTarget): Promise<void> {
    const { workspaceId, model } = target;
    await this.sql.inWorkspace(
      workspaceId,
      'delete from vector_indexes where workspace_id = ? and model = ?',
      [workspaceId, model],
    );
    await this.sql.onOneConnection(REASON, (run) => this.#dropPhysical(run, vectorIndexName(target)));
  }

  /** Drops indexes of workspaces that are gone, or that a process left behind. @returns their names. */
  async dropOrphans(): Promise<string[]> {
    return this.sql.onOneConnection(REASON, async (run) => {
      const orphans = await run<{ name: string }>(
        `select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
         where i.indrelid = 'chunk_embeddings'::regclass and starts_with(c.relname::text, ?)
           and not exists (select 1 from vector_indexes v where v.name = c.relname)
         order by 1`,
        [VECTOR_INDEX_PREFIX],
      );
      for (const { name } of orphans) await this.#dropPhysical(run, name);
      return orphans.map(({ name }) => name);
    });
  }

  async #create(run: RunStatement, target: VectorIndexTarget, build: IndexBuild): Promise<void> {
    const { dimensions, memoryMb, isParallel, onProgress, signal } = build;
    const [self] = await run<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = self?.pid ?? 0;
    signal.throwIfAborted();
    const stop = (): void => {
      void this.#ask('select pg_cancel_backend(?::int)', pid);
    };
    const look = setInterval(() => {
      void this.#ask<{ fraction: number }>(
        `select coalesce(blocks_done::float8 / nullif(blocks_total, 0), 0) as fraction
         from pg_stat_progress_create_index where pid = ?::int`,
        pid,
      ).then(([row]) => {
        if (row) onProgress(row.fraction);
      });
    }, LOOK_EVERY_MS);
    signal.addEventListener('abort', stop);
    try {
      await run(`set maintenance_work_mem = '${Math.trunc(memoryMb)}MB'`);
      if (!isParallel) await run('set max_parallel_maintenance_workers = 0');
      await run(vectorIndexStatement(target, dimensions));
    } finally {
      clearInterval(look);
      signal.removeEventListener('abort', stop);
      await run('reset maintenance_work_mem');
      await run('reset max_parallel_maintenance_workers');
    }
  }

  async #isAsWanted(run: RunStatement, name: string): Promise<boolean> {
    const [row] = await run<{ isAsWanted: boolean | null }>(
      `select i.indisvalid and c.reloptions @> string_to_array(?, ' ') as "isAsWanted"
       from pg_index i join pg_class c on c.oid = i.indexrelid where i.indexrelid = to_regclass(?)`,
      [VECTOR_INDEX_OPTIONS.join(' '), name],
    );
    return row?.isAsWanted ?? false;
  }

  /** A process that was killed may have left a build that still goes on. */
  async #dropPhysical(run: RunStatement, name: string): Promise<void> {
    await run(
      `select pg_cancel_backend(pid) from pg_stat_progress_create_index
       where datname = current_database() and index_relid = to_regclass(?)`,
      [name],
    );
    await run(`drop index concurrently if exists ${name}`);
  }

  /** On another connection than the one that builds. Nothing depends on the answer. */
  async #ask<Row>(statement: string, pid: number): Promise<Row[]> {
    try {
      return await this.sql.acrossWorkspaces<Row>(REASON, statement, [pid]);
    } catch {
      return [];
    }
  }
}
