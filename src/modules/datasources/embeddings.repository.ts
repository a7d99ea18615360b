import { Injectable } from '@nestjs/common';
import { inBatches, Sql, translateViolations } from '#common/database';
import { NotFound } from '#common/errors';
import type { ChunkVector } from './chunks.types.js';
import type { EmbeddingSpace, KeptEmbeddings, ServingEmbeddings } from './embeddings.types.js';

/** A passage without a vector, with what its embedding text is made of. */
export interface ChunkToEmbed {
  readonly id: string;
  readonly title: string;
  readonly headingPath: readonly string[];
  readonly text: string;
}

/** A row of `embedding_models` by its alias, as JSON; null where there is none. */
function keptAs(alias: string): string {
  return `case when ${alias}.id is not null then json_build_object('id', ${alias}.id, 'provider', ${alias}.provider,
    'name', ${alias}.name, 'credentialId', ${alias}.credential_id, 'dimensions', ${alias}.dimensions,
    'isShortened', ${alias}.is_shortened) end`;
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

  async space(workspaceId: string): Promise<EmbeddingSpace> {
    const [row] = await this.sql.inWorkspace<{ serving: ServingEmbeddings; chosen: KeptEmbeddings | null }>(
      workspaceId,
      `select json_build_object('id', s.serving_model, 'kept', ${keptAs('serving')}) as serving,
         ${keptAs('chosen')} as chosen
       from embedding_spaces s
       left join embedding_models serving on serving.workspace_id = s.workspace_id and serving.id = s.serving_model
       left join embedding_models chosen on chosen.workspace_id = s.workspace_id and chosen.id = s.chosen_model
       where s.workspace_id = ?`,
      [workspaceId],
    );
    return row ?? { serving: null, chosen: null };
  }

  /** Lets a model serve a workspace that has no vectors yet. */
  async begin(workspaceId: string, model: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `insert into embedding_spaces as s (workspace_id, serving_model, updated_at)
       select id, ?, now() from workspaces where id = ?
       on conflict (workspace_id) do update set updated_at = now() where s.workspace_id = excluded.workspace_id`,
      [model, workspaceId],
    );
  }

  /** Keeps others from changing which models embed, until the transaction ends. */
  async holdSpace(workspaceId: string, mode: 'share' | 'update'): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `select 1 from embedding_spaces where workspace_id = ? for ${mode}`,
      [workspaceId],
    );
  }

  /** @throws NotFound when its credential was removed meanwhile. */
  async choose(workspaceId: string, model: KeptEmbeddings): Promise<void> {
    const { id, provider, name, credentialId, dimensions, isShortened } = model;
    await translateViolations({ embedding_models_credential_fk: () => new NotFound('The credential') }, () =>
      this.sql.inWorkspace(
        workspaceId,
        `insert into embedding_models as m (workspace_id, id, provider, name, credential_id, dimensions, is_shortened, created_at)
         values (?::uuid, ?, ?, ?, ?::uuid, ?::int, ?::boolean, now())
         on conflict (workspace_id, id) do update set credential_id = excluded.credential_id
         where m.workspace_id = ?`,
        [workspaceId, id, provider, name, credentialId, dimensions, isShortened, workspaceId],
      ),
    );
    await this.begin(workspaceId, id);
    await this.sql.inWorkspace(
      workspaceId,
      'update embedding_spaces set chosen_model = ?, updated_at = now() where workspace_id = ?',
      [id, workspaceId],
    );
    await this.#forgetUnused(workspaceId);
  }

  async unchoose(workspaceId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update embedding_spaces set chosen_model = null, updated_at = now() where workspace_id = ?',
      [workspaceId],
    );
    await this.#forgetUnused(workspaceId);
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
    await this.#forgetUnused(workspaceId);
  }

  /** Workspaces that have not chosen and are still served by another model. */
  async workspacesServedByOthers(model: string): Promise<string[]> {
    const rows = await this.sql.acrossWorkspaces<{ id: string }>(
      'a new embedding model concerns every workspace',
      'select workspace_id as id from embedding_spaces where chosen_model is null and serving_model <> ?',
      [model],
    );
    return rows.map((row) => row.id);
  }

  /** Models that neither serve nor are chosen hold on to nothing. */
  async #forgetUnused(workspaceId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `delete from embedding_models m using embedding_spaces s
       where m.workspace_id = ? and s.workspace_id = m.workspace_id
         and m.id <> s.serving_model and m.id is distinct from s.chosen_model`,
      [workspaceId],
    );
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
