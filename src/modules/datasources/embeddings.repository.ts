import { Injectable } from '@nestjs/common';
import { inBatches, Sql } from '#common/database';
import type { ChunkVector } from './chunks.types.js';

/** A passage without a vector, with what its embedding text is made of. */
export interface ChunkToEmbed {
  readonly id: string;
  readonly title: string;
  readonly headingPath: readonly string[];
  readonly text: string;
}

function literal(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}

/** Vectors, and which model's vectors a workspace is searched by. */
@Injectable()
export class EmbeddingsRepository {
  constructor(private readonly sql: Sql) {}

  /** Keeps vectors of passages that still exist. */
  async save(workspaceId: string, model: string, vectors: readonly ChunkVector[]): Promise<void> {
    for (const batch of inBatches(vectors)) await this.#save(workspaceId, model, batch);
  }

  /** The model that serves; `current` from now on when the workspace has none yet. */
  async servingModel(workspaceId: string, current: string): Promise<string> {
    const [row] = await this.sql.inWorkspace<{ model: string }>(
      workspaceId,
      `select serving_model as model from embedding_spaces where workspace_id = ?`,
      [workspaceId],
    );
    if (row) return row.model;
    await this.sql.inWorkspace(
      workspaceId,
      `insert into embedding_spaces as s (workspace_id, serving_model, updated_at)
       select id, ?, now() from workspaces where id = ?
       on conflict (workspace_id) do update set updated_at = now() where s.workspace_id = excluded.workspace_id`,
      [current, workspaceId],
    );
    return current;
  }

  /** Some passages, of one source or of all, that have no vector of this model and should have one. */
  findWithout(
    workspaceId: string,
    model: string,
    limit: number,
    datasourceId?: string,
  ): Promise<ChunkToEmbed[]> {
    return this.sql.inWorkspace<ChunkToEmbed>(
      workspaceId,
      `select c.id, d.title, c.heading_path as "headingPath", c.text
       from chunks c
       join documents d on d.workspace_id = c.workspace_id and d.id = c.document_id
       where c.workspace_id = ? and not c.is_repeat ${datasourceId ? 'and c.datasource_id = ?' : ''} and not exists (
         select 1 from chunk_embeddings e
         where e.workspace_id = c.workspace_id and e.chunk_id = c.id and e.model = ?)
       order by c.id limit ?`,
      [workspaceId, ...(datasourceId ? [datasourceId] : []), model, limit],
    );
  }

  async countWithout(workspaceId: string, model: string): Promise<number> {
    const [row] = await this.sql.inWorkspace<{ count: number }>(
      workspaceId,
      `select count(*)::int as count from chunks c
       where c.workspace_id = ? and not c.is_repeat and not exists (
         select 1 from chunk_embeddings e
         where e.workspace_id = c.workspace_id and e.chunk_id = c.id and e.model = ?)`,
      [workspaceId, model],
    );
    return row?.count ?? 0;
  }

  /** Lets a model serve from now on, and drops the vectors of all others. */
  async serve(workspaceId: string, model: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update embedding_spaces set serving_model = ?, updated_at = now() where workspace_id = ?',
      [model, workspaceId],
    );
    await this.sql.inWorkspace(
      workspaceId,
      'delete from chunk_embeddings where workspace_id = ? and model <> ?',
      [workspaceId, model],
    );
  }

  /** Workspaces that are still served by another model. */
  async workspacesServedByOthers(model: string): Promise<string[]> {
    const rows = await this.sql.acrossWorkspaces<{ id: string }>(
      'a new embedding model concerns every workspace',
      'select workspace_id as id from embedding_spaces where serving_model <> ?',
      [model],
    );
    return rows.map((row) => row.id);
  }

  async #save(workspaceId: string, model: string, vectors: readonly ChunkVector[]): Promise<void> {
    const rows = vectors.map(({ chunkId, vector }) => ({ id: chunkId, embedding: literal(vector) }));
    await this.sql.inWorkspace(
      workspaceId,
      `insert into chunk_embeddings (chunk_id, workspace_id, datasource_id, model, embedding)
       select c.id, c.workspace_id, c.datasource_id, ?, r.embedding::vector
       from jsonb_to_recordset(?::jsonb) as r(id uuid, embedding text)
       join chunks c on c.workspace_id = ? and c.id = r.id
       on conflict (chunk_id, model) do update set embedding = excluded.embedding`,
      [model, JSON.stringify(rows), workspaceId],
    );
  }
}
