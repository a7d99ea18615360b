import { EntityManager, LockMode } from '@mikro-orm/core';
import { Injectable } from '@nestjs/common';
import type { RowFilter } from '#common/access';
import {
  decodeCursor,
  type Page,
  type PageRequest,
  Sql,
  toPage,
  translateViolations,
  where,
} from '#common/database';
import { DatasourceNotFound, UnknownBot } from './datasources.errors.js';
import { FileKnown } from './file.errors.js';
import { Datasource } from './entities/datasource.entity.js';
import type { Attachment, TuningChanges } from './retrieval/passage-filter.types.js';

/** Sources, and which bots they are attached to. */
@Injectable()
export class DatasourcesRepository {
  constructor(
    private readonly em: EntityManager,
    private readonly sql: Sql,
  ) {}

  /** @throws FileKnown when the workspace has a source of the same file. */
  async add(datasource: Datasource): Promise<void> {
    await translateViolations({ datasources_file_unique: () => new FileKnown() }, () =>
      this.em.insert(datasource),
    );
  }

  /** Which source of the workspace has a file, by its hash. */
  async idOfFile(workspaceId: string, sha256: string): Promise<string | null> {
    const [row] = await this.sql.inWorkspace<{ id: string }>(
      workspaceId,
      `select id from datasources where workspace_id = ? and file is not null and file ->> 'sha256' = ?`,
      [workspaceId, sha256],
    );
    return row?.id ?? null;
  }

  /**
   * How many files the sources of a workspace are made of, and of how many bytes together.
   *
   * @param alone whether no other file may come in until the transaction ends.
   */
  async filesOf(workspaceId: string, { alone = false } = {}): Promise<{ count: number; bytes: number }> {
    if (alone)
      await this.sql.acrossWorkspaces(
        'a lock has no workspace',
        `select pg_advisory_xact_lock(hashtextextended('files of ' || ?::text, 0))`,
        [workspaceId],
      );
    const [row] = await this.sql.inWorkspace<{ count: number; bytes: number }>(
      workspaceId,
      `select count(*)::int as count, coalesce(sum((file ->> 'bytes')::bigint), 0)::float8 as bytes
       from datasources where workspace_id = ? and file is not null`,
      [workspaceId],
    );
    return row ?? { count: 0, bytes: 0 };
  }

  /** Those of the keys that a source still names. */
  async knownFileKeys(keys: readonly string[]): Promise<string[]> {
    const rows = await this.sql.acrossWorkspaces<{ key: string }>(
      'the storage holds the files of all workspaces',
      `select file ->> 'key' as key from datasources
       where file ->> 'key' in (select jsonb_array_elements_text(?::jsonb))`,
      [JSON.stringify(keys)],
    );
    return rows.map(({ key }) => key);
  }

  find(visible: RowFilter, id: string): Promise<Datasource | null> {
    return this.em.findOne(Datasource, where<Datasource>(visible, { id }));
  }

  /**
   * The row as it is now, kept from being changed or deleted by others until the transaction ends; for jobs, which act
   * for the workspace itself. Held before what is below it: who deletes a source goes the same way, and both would
   * wait for each other.
   */
  hold(id: string): Promise<Datasource | null> {
    return this.em.findOne(Datasource, { id }, { refresh: true, lockMode: LockMode.PESSIMISTIC_WRITE });
  }

  /** The text of a source that is one, which no other query loads. */
  async contentOf(id: string): Promise<string> {
    const datasource = await this.em.findOneOrFail(
      Datasource,
      { id },
      { refresh: true, populate: ['content'] },
    );
    return datasource.content ?? '';
  }

  async list(visible: RowFilter, { limit, cursor }: PageRequest): Promise<Page<Datasource>> {
    const before = cursor ? { id: { $lt: decodeCursor(cursor) } } : {};
    const rows = await this.em.find(Datasource, where<Datasource>(visible, before), {
      orderBy: { id: 'desc' },
      limit: limit + 1,
    });
    return toPage(rows, limit);
  }

  /** Takes along, in the database, its documents, passages, vectors and runs. */
  async remove(visible: RowFilter, id: string): Promise<boolean> {
    return (await this.em.nativeDelete(Datasource, where<Datasource>(visible, { id }))) > 0;
  }

  /**
   * @throws UnknownBot when a bot is not of this workspace: the foreign key spans both columns.
   * @throws DatasourceNotFound when the source was deleted meanwhile.
   */
  async attach(workspaceId: string, datasourceId: string, botIds: readonly string[]): Promise<void> {
    if (botIds.length === 0) return;
    const found = await translateViolations({ bot_datasources_bot_fk: () => new UnknownBot() }, () =>
      this.sql.inWorkspace(
        workspaceId,
        `with found as (
           select id, workspace_id from datasources where workspace_id = ? and id = ? for key share
         ), attached as (
           insert into bot_datasources (workspace_id, bot_id, datasource_id, created_at)
           select found.workspace_id, bot_id::uuid, found.id, now()
           from found, jsonb_array_elements_text(?::jsonb) as bot_id
           on conflict (bot_id, datasource_id) do nothing
         )
         select 1 from found`,
        [workspaceId, datasourceId, JSON.stringify(botIds)],
      ),
    );
    if (found.length === 0) throw new DatasourceNotFound();
  }

  /** Whether each of these is a source of the workspace. */
  async areKnown(workspaceId: string, ids: readonly string[]): Promise<boolean> {
    const unknown = await this.sql.inWorkspace(
      workspaceId,
      `select 1 from jsonb_array_elements_text(?::jsonb) as given
       where not exists (select 1 from datasources where workspace_id = ? and id = given::uuid) limit 1`,
      [JSON.stringify(ids), workspaceId],
    );
    return unknown.length === 0;
  }

  /** Changes how a bot uses a source that is attached to it. */
  async tune(
    workspaceId: string,
    datasourceId: string,
    botId: string,
    { weight, filter }: TuningChanges,
  ): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      `update bot_datasources set weight = coalesce(?::float8, weight),
         filter = case when ?::boolean then nullif(?::jsonb, 'null'::jsonb) else filter end
       where workspace_id = ? and datasource_id = ? and bot_id = ?`,
      [
        weight ?? null,
        filter !== undefined,
        JSON.stringify(filter ?? null),
        ...[workspaceId, datasourceId, botId],
      ],
    );
  }

  /** The sources of a bot, in the order of their ids. */
  async listAttachments(
    workspaceId: string,
    botId: string,
    { limit, cursor }: PageRequest,
  ): Promise<Page<Attachment>> {
    const after = cursor ? decodeCursor(cursor) : null;
    const rows = await this.sql.inWorkspace<Attachment & { id: string; attachedAt: Date | string }>(
      workspaceId,
      `select datasource_id as id, datasource_id as "datasourceId", weight, filter, created_at as "attachedAt"
       from bot_datasources
       where workspace_id = ? and bot_id = ? and (?::uuid is null or datasource_id > ?::uuid)
       order by datasource_id limit ?`,
      [workspaceId, botId, after, after, limit + 1],
    );
    return toPage(
      rows.map((row) => ({ ...row, attachedAt: new Date(row.attachedAt) })),
      limit,
    );
  }

  async detach(workspaceId: string, datasourceId: string, botId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'delete from bot_datasources where workspace_id = ? and datasource_id = ? and bot_id = ?',
      [workspaceId, datasourceId, botId],
    );
  }
}
