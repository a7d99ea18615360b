import { Injectable } from '@nestjs/common';
import { Sql } from '#common/database';
import type { ConversationImport, LineProblem } from './conversation-import.types.js';
import { MAX_PROBLEMS } from './conversation-import.types.js';
import { TooManyConversationImports } from './conversation-imports.errors.js';

const MAX_UNFINISHED = 5;
const IMPORT = `i.id, i.workspace_id as "workspaceId", i.bot_id as "botId", i.format, i.settings,
  i.bytes::float8 as bytes, i.created_by_id as "createdById", i.job_id as "jobId", j.state as "jobState", i.position,
  i.conversations, i.messages, i.known, i.rejected, i.created_at as "createdAt", i.finished_at as "finishedAt"`;
const FROM =
  'from conversation_imports i left join jobs j on j.workspace_id = i.workspace_id and j.id = i.job_id';

/** What a batch came to. */
export interface ImportedBatch {
  readonly position: number;
  readonly conversations: number;
  readonly messages: number;
  readonly known: number;
  readonly problems: readonly LineProblem[];
}

/** How far imports of conversations are, and what they did not take. */
@Injectable()
export class ConversationImportsRepository {
  constructor(private readonly sql: Sql) {}

  /** @throws TooManyConversationImports */
  async add(one: ConversationImport): Promise<void> {
    const rows = await this.sql.inWorkspace(
      one.workspaceId,
      `insert into conversation_imports (id, workspace_id, bot_id, format, settings, bytes, created_by_id, created_at)
       select ?::uuid, ?::uuid, ?::uuid, ?, ?::jsonb, ?::bigint, ?::uuid, ?::timestamptz
       where (select count(*) from conversation_imports i
              where i.workspace_id = ? and i.finished_at is null) < ?
       returning id`,
      [
        ...[one.id, one.workspaceId, one.botId, one.format, JSON.stringify(one.settings), one.bytes],
        ...[one.createdById, one.createdAt, one.workspaceId, MAX_UNFINISHED],
      ],
    );
    if (rows.length === 0) throw new TooManyConversationImports();
  }

  async saveJob(workspaceId: string, id: string, jobId: string): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update conversation_imports set job_id = ?::uuid where workspace_id = ? and id = ?',
      [jobId, workspaceId, id],
    );
  }

  async find(workspaceId: string, id: string): Promise<ConversationImport | null> {
    const [row] = await this.sql.inWorkspace<ConversationImport>(
      workspaceId,
      `select ${IMPORT} ${FROM} where i.workspace_id = ? and i.id = ?`,
      [workspaceId, id],
    );
    if (!row) return null;
    const { createdAt, finishedAt } = row;
    return { ...row, createdAt: new Date(createdAt), finishedAt: finishedAt && new Date(finishedAt) };
  }

  async isAnyUnderWay(workspaceId: string): Promise<boolean> {
    const rows = await this.sql.inWorkspace(
      workspaceId,
      'select 1 from conversation_imports where workspace_id = ? and finished_at is null limit 1',
      [workspaceId],
    );
    return rows.length > 0;
  }

  async problems(workspaceId: string, id: string, limit: number): Promise<LineProblem[]> {
    return this.sql.inWorkspace<LineProblem>(
      workspaceId,
      `select line, message from conversation_import_problems
       where workspace_id = ? and import_id = ? order by line limit ?`,
      [workspaceId, id, limit],
    );
  }

  /**
   * Notes what a batch came to, as part of the transaction that writes it.
   * @returns whether the import was where it was thought to be: only then may the transaction be committed.
   */
  async advance({ id, workspaceId, position }: ConversationImport, batch: ImportedBatch): Promise<boolean> {
    const [row] = await this.sql.inWorkspace<{ rejected: number }>(
      workspaceId,
      `update conversation_imports set position = ?, conversations = conversations + ?, messages = messages + ?,
         known = known + ?, rejected = rejected + ?
       where workspace_id = ? and id = ? and position = ? and finished_at is null returning rejected`,
      [
        ...[batch.position, batch.conversations, batch.messages, batch.known, batch.problems.length],
        ...[workspaceId, id, position],
      ],
    );
    if (!row) return false;
    const told = batch.problems.slice(0, Math.max(0, MAX_PROBLEMS - (row.rejected - batch.problems.length)));
    await this.sql.inWorkspace(
      workspaceId,
      `insert into conversation_import_problems (workspace_id, import_id, line, message)
       select w.workspace_id, ?::uuid, given.* from (select ?::uuid as workspace_id) w,
         unnest(?::int[], ?::text[]) as given where w.workspace_id = ? on conflict do nothing`,
      [...[id, workspaceId, told.map(({ line }) => line), told.map(({ message }) => message)], workspaceId],
    );
    return true;
  }

  async finish({ id, workspaceId }: Pick<ConversationImport, 'id' | 'workspaceId'>): Promise<void> {
    await this.sql.inWorkspace(
      workspaceId,
      'update conversation_imports set finished_at = now() where workspace_id = ? and id = ? and finished_at is null',
      [workspaceId, id],
    );
  }

  /** For a job that ended although nobody ran it. */
  async finishAnywhere(id: string): Promise<void> {
    await this.sql.acrossWorkspaces(
      'a job that was given up is of one workspace, as is its import',
      'update conversation_imports set finished_at = now() where id = ? and finished_at is null',
      [id],
    );
  }
}
