import { Injectable } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { newId, type Page, type PageRequest, UnitOfWork } from '#common/database';
import { type FieldProblem, InvalidFields } from '#common/errors';
import { JobQueue } from '#common/jobs';
import { importTable } from '../jobs/import-table.job.js';
import { TableNotFound } from '../tables.errors.js';
import { TablesRepository } from '../tables.repository.js';
import type { Field, HostedTable } from '../tables.types.js';
import { ImportFilesRepository } from './import-files.repository.js';
import { ImportFilesService } from './import-files.service.js';
import type { ColumnMapping, FilePreview, ImportDraft, Rejection, TableImport } from './import.types.js';
import { ImportFileNotFound, ImportNotFound } from './imports.errors.js';
import { ImportsRepository } from './imports.repository.js';

const MAX_PROBLEMS = 100;
const REJECTIONS_AT_ONCE = 1_000;

/** Imports of files into hosted tables. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly imports: ImportsRepository,
    private readonly files: ImportFilesService,
    private readonly fileRows: ImportFilesRepository,
    private readonly tables: TablesRepository,
    private readonly abilities: Abilities,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Lets a job read a file into a table.
   * @throws TableNotFound, ImportFileNotFound, FileUnreadable, ImportLimitReached, InvalidFields
   */
  async start(actor: Actor, tableId: string, draft: ImportDraft): Promise<TableImport> {
    this.abilities.assertCan(actor, 'create', 'Import');
    for (const action of actionsOf(draft)) this.abilities.assertCan(actor, action, 'Record');
    const { workspaceId } = actor;
    const table = await this.tables.find(workspaceId, tableId);
    if (!table) throw new TableNotFound();
    const preview = await this.files.preview(actor, draft.fileId, draft.reading ?? {}, tableId);
    const file = await this.fileRows.find(workspaceId, draft.fileId);
    if (!file) throw new ImportFileNotFound();
    const one = importOf(table, draft, preview, file.name, file.bytes);
    return this.unitOfWork.run(async () => {
      await this.fileRows.keepForImport(workspaceId, file.id);
      await this.imports.add(one);
      const job = await this.jobs.add(importTable, { importId: one.id }, { workspaceId });
      await this.imports.saveJob(workspaceId, one.id, job.id);
      return { ...one, jobId: job.id, jobState: job.state };
    });
  }

  /** @throws ImportNotFound */
  async get(actor: Actor, id: string): Promise<TableImport> {
    this.abilities.assertCan(actor, 'read', 'Import');
    const one = await this.imports.find(actor.workspaceId, id);
    if (!one) throw new ImportNotFound();
    return one;
  }

  /** @throws TableNotFound */
  async list(actor: Actor, tableId: string, page: PageRequest): Promise<Page<TableImport>> {
    this.abilities.assertCan(actor, 'read', 'Import');
    if (!(await this.tables.find(actor.workspaceId, tableId))) throw new TableNotFound();
    return this.imports.list(actor.workspaceId, tableId, page);
  }

  /** What was not taken, and why, a piece at a time. @throws ImportNotFound before the first one */
  async rejections(actor: Actor, id: string): Promise<AsyncIterable<readonly Rejection[]>> {
    const { workspaceId } = await this.get(actor, id);
    return this.#rejections(workspaceId, id);
  }

  async *#rejections(workspaceId: string, id: string): AsyncGenerator<readonly Rejection[]> {
    for (let from = 0; ; from += REJECTIONS_AT_ONCE) {
      const some = await this.imports.rejections(workspaceId, id, from, REJECTIONS_AT_ONCE);
      if (some.length > 0) yield some;
      if (some.length < REJECTIONS_AT_ONCE) return;
    }
  }
}

function actionsOf({ mode }: ImportDraft): string[] {
  return { append: ['create'], upsert: ['create', 'update'], replace: ['create', 'delete'] }[mode];
}

/** @throws InvalidFields */
function importOf(
  table: HostedTable,
  draft: ImportDraft,
  preview: FilePreview,
  fileName: string,
  fileBytes: number,
): TableImport {
  const mapping = mappingOf(table, draft, preview);
  const problems = problemsOf(table, draft, mapping);
  if (problems.length > 0) throw new InvalidFields(problems);
  return {
    ...{ id: newId(), workspaceId: table.workspaceId, tableId: table.id },
    ...{ fileId: draft.fileId, fileName, fileBytes, mode: draft.mode, key: draft.key ?? null },
    ...{ settings: preview.settings, mapping, jobId: null, jobState: null, position: 0, bytesRead: 0 },
    ...{ created: 0, updated: 0, rejected: 0, rowsPerSecond: null, bytesPerSecond: null, aside: null },
    ...{ createdAt: new Date(), finishedAt: null },
  };
}

function mappingOf(
  { fields }: HostedTable,
  { mapping }: ImportDraft,
  { columns }: FilePreview,
): ColumnMapping[] {
  const idOf = (key: unknown): string | undefined => fields.find((field) => field.key === key)?.id;
  if (mapping) return mappedByCaller(mapping, columns, idOf);
  const taken = new Set<string>();
  return columns.flatMap(({ name, at, field }) => {
    const fieldId = idOf(field);
    if (fieldId === undefined || taken.has(fieldId)) return [];
    taken.add(fieldId);
    return [{ name, at, fieldId }];
  });
}

/** @throws InvalidFields */
function mappedByCaller(
  mapping: Readonly<Record<string, unknown>>,
  columns: FilePreview['columns'],
  idOf: (key: unknown) => string | undefined,
): ColumnMapping[] {
  const problems: FieldProblem[] = [];
  const mapped = Object.entries(mapping).flatMap(([name, key]): ColumnMapping[] => {
    const column = columns.find((one) => one.name === name);
    const fieldId = idOf(key);
    if (key === null && column) return [];
    if (column && fieldId !== undefined) return [{ name, at: column.at, fieldId }];
    const message = column ? 'is no field of this table' : 'is no column of the file';
    problems.push({ path: `mapping.${name}`.slice(0, 200), message });
    return [];
  });
  if (problems.length > 0) throw new InvalidFields(problems.slice(0, MAX_PROBLEMS));
  return mapped;
}

function problemsOf(
  { fields }: HostedTable,
  { mode, key }: ImportDraft,
  mapping: readonly ColumnMapping[],
): FieldProblem[] {
  const ids = mapping.map(({ fieldId }) => fieldId);
  const isMapped = ({ id }: Field): boolean => ids.includes(id);
  const field = fields.find((one) => one.key === key);
  if (ids.length === 0)
    return [{ path: 'mapping', message: 'leads no column of the file into a field of this table' }];
  if (new Set(ids).size < ids.length)
    return [{ path: 'mapping', message: 'leads two columns of the file into one field' }];
  if (mode !== 'upsert') return key === undefined ? [] : [{ path: 'key', message: 'is for upserts only' }];
  if (!field?.unique) return [{ path: 'key', message: 'is no unique field of this table' }];
  return isMapped(field) ? [] : [{ path: 'mapping', message: 'leads no column of the file into the key' }];
}
