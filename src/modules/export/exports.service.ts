import { Inject, Injectable } from '@nestjs/common';
import { ExportConfig } from '#config';
import { Abilities, type Actor } from '#common/access';
import { newId, type Page, type PageRequest, UnitOfWork } from '#common/database';
import { type FieldProblem, InvalidFields } from '#common/errors';
import { JobQueue, JobsService } from '#common/jobs';
import { RowReader } from '#common/rows';
import { FileStore } from '#common/storage';
import { Clock, isTimeZone } from '#common/time';
import { AuditLog } from '#modules/auth';
import { FilterReferences } from '#modules/conversations';
import { EXPORT_FORMATS_BY_NAME, type ExportFormats } from './export-formats.js';
import type { ExportSource, SourcePlace } from './export-source.js';
import { ExportSources } from './export-sources.js';
import { type Export, type ExportDraft, MAX_COLUMNS, type RowColumn } from './export.types.js';
import { ExportExpired, ExportNotFound, ExportNotReady } from './exports.errors.js';
import { type ExportFilter, ExportsRepository } from './exports.repository.js';
import { safeName } from './file-name.js';
import { writeExport } from './jobs/write-export.job.js';
import { assertMeant } from './source-fields.js';
import { Watermarks } from './watermarks.js';
import { fileKey } from './file-key.js';

const DAY_MS = 86_400_000;

/** Taking out what a workspace has. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly exports: ExportsRepository,
    private readonly sources: ExportSources,
    private readonly references: FilterReferences,
    @Inject(EXPORT_FORMATS_BY_NAME) private readonly formats: ExportFormats,
    private readonly watermarks: Watermarks,
    private readonly rows: RowReader,
    private readonly abilities: Abilities,
    private readonly auditLog: AuditLog,
    private readonly jobs: JobQueue,
    private readonly running: JobsService,
    private readonly store: FileStore,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    private readonly config: ExportConfig,
  ) {}

  /**
   * Lets a job write a file with all rows that there are now.
   * @throws InvalidFields, Forbidden, TooManyExports, NotFound
   */
  async start(actor: Actor, draft: ExportDraft): Promise<Export> {
    const one = await this.prepare(actor, draft);
    return this.unitOfWork.run(async () => {
      const { id, state } = await this.jobs.add(writeExport, { exportId: one.id }, one);
      await this.begin(actor, one, id);
      return { ...one, jobId: id, jobState: state };
    });
  }

  /**
   * An export as it would be now, which nobody knows of yet.
   * @param since the snapshot of an export before, for what is new and has changed only.
   * @throws InvalidFields, Forbidden, NotFound
   */
  async prepare(actor: Actor, draft: ExportDraft, since: string | null = null): Promise<Export> {
    const source = this.sources.get(draft.resource);
    this.#assertMayRead(actor, source);
    assertMeant(source, draft);
    const { workspaceId } = actor;
    if (draft.filter) await this.references.assertKnown(workspaceId, draft.filter);
    const place: SourcePlace = { workspaceId, scope: await source.scopeOf(actor, draft) };
    const columns = await source.columns(place);
    const title = await source.title(place);
    const snapshot = await this.rows.snapshot();
    const one = this.#exportOf(actor, draft, source, place, columns, snapshot, title);
    return since === null ? one : { ...one, since };
  }

  /** Notes an export that a job is to write. @throws TooManyExports */
  async begin(actor: Actor, one: Export, jobId: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.exports.add(one);
      await this.exports.saveJob(one.workspaceId, one.id, jobId);
      await this.auditLog.record(actor, {
        ...{ action: 'export.create', subject: 'Export', subjectId: one.id },
        details: { resource: one.resource, format: one.format },
      });
    });
  }

  /**
   * Checks what is to be exported later.
   * @returns whether it can tell what has changed.
   * @throws InvalidFields, Forbidden, NotFound
   */
  async assertPossible(actor: Actor, draft: ExportDraft): Promise<Pick<ExportSource, 'canSince'>> {
    await this.prepare(actor, draft);
    return { canSince: this.sources.get(draft.resource).canSince };
  }

  /** @throws ExportNotFound */
  async get(actor: Actor, id: string): Promise<Export> {
    const one = await this.exports.find(actor.workspaceId, id);
    if (!one) throw new ExportNotFound();
    const source = this.sources.get(one.resource);
    this.#assertMayRead(actor, source);
    if (!source.isOpenTo(actor, one.settings.scope)) throw new ExportNotFound();
    return one;
  }

  /** One whose file can be fetched. @throws ExportNotFound, ExportNotReady, ExportExpired */
  async getReady(actor: Actor, id: string): Promise<Export> {
    return this.#ready(await this.get(actor, id));
  }

  /** The same, for whoever holds a link. @throws ExportNotFound, ExportNotReady, ExportExpired */
  async getReadyIn(workspaceId: string, id: string): Promise<Export> {
    const one = await this.exports.find(workspaceId, id);
    if (!one) throw new ExportNotFound();
    return this.#ready(one);
  }

  list(actor: Actor, filter: ExportFilter, page: PageRequest): Promise<Page<Export>> {
    return this.exports.list(actor.workspaceId, filter, page);
  }

  /** What can be told of an export so that a later one goes on from there. */
  watermarkOf({ workspaceId, resource, snapshot }: Export): string | null {
    return this.sources.get(resource).canSince
      ? this.watermarks.write({ workspaceId, resource, snapshot })
      : null;
  }

  /** Stops an export that is under way; what was written stays until its time is over. @throws ExportNotFound, JobAlreadyFinished */
  async cancel(actor: Actor, id: string): Promise<Export> {
    const one = await this.get(actor, id);
    if (one.jobId !== null) await this.running.cancel(actor, one.jobId);
    return this.get(actor, id);
  }

  /** Removes an export and its file, also while it is being written. @throws ExportNotFound */
  async remove(actor: Actor, id: string): Promise<void> {
    const one = await this.get(actor, id);
    const parts = await this.exports.parts(actor.workspaceId, id);
    if (one.jobId !== null && isUnderWay(one))
      await this.running.cancel(actor, one.jobId).catch(() => undefined);
    await this.unitOfWork.run(async () => {
      if (!(await this.exports.remove(actor.workspaceId, id))) throw new ExportNotFound();
      await this.auditLog.record(actor, { action: 'export.delete', subject: 'Export', subjectId: id });
    });
    for (const part of parts) {
      await this.store.remove(fileKey(part.id));
      await this.exports.forgetLeftover(part.id);
    }
  }

  #ready(one: Export): Export {
    if (one.removedAt || one.expiresAt <= this.clock.now()) throw new ExportExpired();
    if (!one.finishedAt) throw new ExportNotReady();
    return one;
  }

  #assertMayRead(actor: Actor, { permission }: ExportSource): void {
    this.abilities.assertCan(actor, permission.action, permission.subject);
  }

  /** @throws InvalidFields */
  #exportOf(
    actor: Actor,
    draft: ExportDraft,
    source: ExportSource,
    { scope }: SourcePlace,
    columns: readonly RowColumn[],
    snapshot: string,
    title: string,
  ): Export {
    const problems: FieldProblem[] = [];
    const { format: name, gzip = false, bom = false, timezone = 'UTC', filter = {} } = draft;
    const { tableId, recordFilter } = draft;
    const format = this.formats.get(name);
    if (!format) throw new InvalidFields([{ path: 'format', message: 'cannot be written here yet' }]);
    if (gzip && !format.isText)
      problems.push({ path: 'gzip', message: `is of no use: ${name} is compressed` });
    if (bom && name !== 'csv') problems.push({ path: 'bom', message: 'is for csv only' });
    if (!isTimeZone(timezone))
      problems.push({ path: 'timezone', message: 'is no time zone, for example Europe/Berlin' });
    const chosen = draft.columns
      ? this.#chosen(draft.columns, columns, problems)
      : source.usualColumns(columns, name);
    const since = draft.since === undefined ? null : this.#since(actor, draft, source, snapshot, problems);
    if (problems.length > 0) throw new InvalidFields(problems);
    const createdAt = this.clock.now();
    const day = createdAt.toISOString().slice(0, 10);
    return {
      ...{ id: newId(), workspaceId: actor.workspaceId, resource: draft.resource, format: name },
      settings: {
        ...{ gzip, bom, timezone, columns: chosen, filter, scope },
        ...(tableId === undefined ? {} : { tableId }),
        ...(recordFilter === undefined ? {} : { recordFilter }),
      },
      fileName: `${safeName(title, draft.resource)}-${day}.${name}${gzip ? '.gz' : ''}`,
      ...{ snapshot, since, jobId: null, jobState: null, rowCount: 0, bytes: 0, partCount: 0, sha256: null },
      ...{ cutValues: 0, createdById: actor.id, createdByUserId: actor.userId, createdAt },
      ...{ finishedAt: null, removedAt: null },
      expiresAt: new Date(createdAt.getTime() + this.config.retentionDays * DAY_MS),
    };
  }

  #chosen(
    names: readonly string[],
    columns: readonly RowColumn[],
    problems: FieldProblem[],
  ): readonly RowColumn[] {
    if (new Set(names).size < names.length)
      problems.push({ path: 'columns', message: 'names a column twice' });
    return names.slice(0, MAX_COLUMNS).flatMap((name, index) => {
      const column = columns.find((one) => one.name === name);
      if (column) return [column];
      problems.push({ path: `columns[${String(index)}]`, message: 'is no column of this resource' });
      return [];
    });
  }

  #since(
    { workspaceId }: Actor,
    { since = '', resource }: ExportDraft,
    source: ExportSource,
    snapshot: string,
    problems: FieldProblem[],
  ): string | null {
    const watermark = this.watermarks.read(workspaceId, since);
    const problem = !source.canSince
      ? 'is not for this resource, which cannot tell what has changed'
      : !watermark
        ? 'is no watermark of an export of this workspace'
        : watermark.resource !== resource
          ? `is the watermark of an export of ${watermark.resource}`
          : upperBound(watermark.snapshot) > upperBound(snapshot)
            ? 'is from another database: export all once'
            : null;
    if (problem === null) return watermark?.snapshot ?? null;
    problems.push({ path: 'since', message: problem });
    return null;
  }
}

function isUnderWay({ jobState }: Export): boolean {
  return jobState === 'queued' || jobState === 'running';
}

/** `xmax` of a snapshot. */
function upperBound(snapshot: string): bigint {
  return BigInt(snapshot.split(':')[1] ?? '0');
}
