import { Injectable, Logger } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { type Page, type PageRequest, UnitOfWork } from '#common/database';
import { InvalidFields, NotFound } from '#common/errors';
import { type JobDeclaration, JobQueue } from '#common/jobs';
import { Clock } from '#common/time';
import type { ListedChunk, PassageExcerpt } from './chunks.types.js';
import { DatasourceNotFound } from './datasources.errors.js';
import { DatasourcesRepository } from './datasources.repository.js';
import type {
  DatasourceChanges,
  DatasourceDraft,
  DatasourceType,
  PageOutcome,
  SourceFile,
  StartedJob,
} from './datasources.types.js';
import { DocumentsRepository } from './documents.repository.js';
import { Datasource } from './entities/datasource.entity.js';
import type { Document } from './entities/document.entity.js';
import { crawlSite } from './jobs/crawl-site.job.js';
import { syncDatasource } from './jobs/sync-datasource.job.js';
import { syncSitePage } from './jobs/sync-site-page.job.js';
import { syncTable } from './jobs/sync-table.job.js';
import { QaItemsRepository } from './qa/qa-items.repository.js';
import type { ReportedPage, RunReport, ShownDatasource, StartedSync } from './reports.types.js';
import type { Attachment, PassageFilter, TuningChanges } from './retrieval/passage-filter.types.js';
import { PassageFilters } from './retrieval/passage-filters.service.js';
import { type OpenFile, SourceFiles } from './source-files.js';
import { SourceReaders } from './readers/source-readers.js';
import { SourceSchedules } from './source-schedules.js';
import { TableSources } from './table/table-sources.js';
import { SyncRunsRepository } from './sync-runs.repository.js';

/** Types that are read otherwise than document by document. */
const SYNC_JOBS: Partial<Record<DatasourceType, JobDeclaration<{ datasourceId: string }>>> = {
  site: crawlSite,
  table: syncTable,
};

/** A file on its way to whoever asked for it. */
export interface DownloadedFile extends OpenFile {
  readonly name: string;
}

/** Making sources, and showing what they hold. */
@Injectable()
export class DatasourcesService {
  readonly #logger = new Logger(DatasourcesService.name);

  constructor(
    private readonly repository: DatasourcesRepository,
    private readonly documents: DocumentsRepository,
    private readonly runs: SyncRunsRepository,
    private readonly abilities: Abilities,
    private readonly readers: SourceReaders,
    private readonly tables: TableSources,
    private readonly items: QaItemsRepository,
    private readonly schedules: SourceSchedules,
    private readonly filters: PassageFilters,
    private readonly storage: SourceFiles,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Makes a source and starts to read it. @throws InvalidFields, OutboundError, UnknownBot */
  async create(actor: Actor, draft: DatasourceDraft): Promise<StartedSync> {
    const { type, name } = draft;
    this.schedules.assertFits(type, draft.schedule);
    const origin = this.readers.originOf(draft);
    const found = type === 'table' ? await this.tables.nameFor(actor.workspaceId, origin) : origin.name;
    const datasource = new Datasource(actor.workspaceId, { type, ...origin, name: name ?? found });
    return this.unitOfWork.run(async () => {
      await this.repository.add(datasource);
      if (draft.items) await this.items.add(actor.workspaceId, datasource.id, actor.id, draft.items);
      await this.repository.attach(actor.workspaceId, datasource.id, draft.botIds ?? []);
      const schedule = draft.schedule ? await this.schedules.set(datasource, draft.schedule) : null;
      return { datasource, schedule, job: await this.#startSync(datasource) };
    });
  }

  /** Beginnings of passages with the titles of their documents, as they are now; those that are gone are left out. */
  excerpts(workspaceId: string, chunkIds: readonly string[], chars: number): Promise<PassageExcerpt[]> {
    return this.documents.excerpts(workspaceId, chunkIds, chars);
  }

  /** @throws DatasourceNotFound */
  async show(actor: Actor, id: string): Promise<ShownDatasource> {
    return this.#shown(await this.get(actor, id));
  }

  /** @throws DatasourceNotFound */
  async get(actor: Actor, id: string): Promise<Datasource> {
    return this.#find(actor, 'read', id);
  }

  async list(actor: Actor, page: PageRequest): Promise<Page<ShownDatasource>> {
    const visible = this.abilities.visibleTo(actor, 'read', 'Datasource');
    const { data, nextCursor } = await this.repository.list(visible, page);
    const schedules = await this.schedules.of(data);
    return {
      data: data.map((datasource) => ({ datasource, schedule: schedules.get(datasource.id) ?? null })),
      nextCursor,
    };
  }

  /** Changes name or origin; a new origin is read at once. @throws DatasourceNotFound, InvalidFields, OutboundError */
  async update(actor: Actor, id: string, changes: DatasourceChanges): Promise<ShownDatasource> {
    return this.unitOfWork.run(async () => {
      const datasource = await this.#find(actor, 'update', id);
      const isRenamed = datasource.rename(changes.name ?? datasource.name);
      datasource.updatedAt = this.clock.now();
      const origin = this.readers.changedOriginOf(datasource.type, changes);
      if (datasource.tableId !== null)
        await this.tables.assertFits(
          datasource.workspaceId,
          datasource.tableId,
          origin,
          datasource.tableView,
        );
      if (datasource.moveTo(origin) || isRenamed) await this.#startSync(datasource);
      if (changes.schedule === null) await this.schedules.clear(datasource);
      else if (changes.schedule) await this.schedules.set(datasource, changes.schedule);
      return this.#shown(datasource);
    });
  }

  /** Removes the source with all that was read from it. @throws DatasourceNotFound */
  async remove(actor: Actor, id: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      const datasource = await this.#find(actor, 'delete', id);
      const { file } = datasource;
      await this.schedules.clear(datasource);
      const removed = await this.repository.remove(
        this.abilities.visibleTo(actor, 'delete', 'Datasource'),
        id,
      );
      if (!removed) throw new DatasourceNotFound();
      if (file) await this.unitOfWork.afterCommit(() => this.#removeFile(file));
    });
  }

  /** The file that a source was made of, as it was uploaded. @throws DatasourceNotFound, NotFound, FileMissing */
  async openFile(actor: Actor, id: string): Promise<DownloadedFile> {
    const { file } = await this.get(actor, id);
    if (!file) throw new NotFound('The file');
    return { name: file.name, ...(await this.storage.open(file.key)) };
  }

  /** Reads the source anew; joins a sync that waits already. @throws DatasourceNotFound */
  async sync(actor: Actor, id: string): Promise<StartedSync> {
    return this.unitOfWork.run(async () => {
      const datasource = await this.#find(actor, 'sync', id);
      return { ...(await this.#shown(datasource)), job: await this.#startSync(datasource) };
    });
  }

  /** Reads one document anew; where a source has no more than one, the source. @throws DatasourceNotFound, NotFound */
  async syncDocument(actor: Actor, id: string, documentId: string): Promise<StartedSync> {
    return this.unitOfWork.run(async () => {
      const datasource = await this.#find(actor, 'sync', id);
      const document = await this.documents.find(datasource.id, documentId);
      if (!document) throw new NotFound('The document');
      const { workspaceId } = datasource;
      const ref = { datasourceId: datasource.id, documentId: document.id };
      const isOneOfMany = datasource.type === 'site';
      const job = isOneOfMany
        ? await this.jobs.add(syncSitePage, ref, { workspaceId })
        : await this.#startSync(datasource);
      return { ...(await this.#shown(datasource)), job };
    });
  }

  /** What became of the pages of a run, in the order in which they were met. @throws DatasourceNotFound, NotFound */
  async listRunPages(
    actor: Actor,
    id: string,
    runId: string,
    request: PageRequest & { readonly outcome?: PageOutcome },
  ): Promise<Page<ReportedPage>> {
    const datasource = await this.get(actor, id);
    const run = await this.runs.find(datasource.id, runId);
    if (!run) throw new NotFound('The run');
    return this.runs.listReported(run.id, request);
  }

  /**
   * Attaches a source to a bot, or changes how it is attached.
   * @throws DatasourceNotFound, UnknownBot; InvalidFields for a filter of records that the source has not.
   */
  async attach(actor: Actor, id: string, botId: string, changes: TuningChanges = {}): Promise<void> {
    const { workspaceId, id: datasourceId, tableId, tableView: view } = await this.get(actor, id);
    const table = tableId !== null && view ? { tableId, view } : null;
    if (changes.filter) {
      await this.assertNamesKnown(workspaceId, changes.filter, 'filter');
      await this.filters.assertFits(workspaceId, table, changes.filter);
    }
    await this.unitOfWork.run(async () => {
      await this.repository.attach(workspaceId, datasourceId, [botId]);
      if (changes.weight !== undefined || changes.filter !== undefined)
        await this.repository.tune(workspaceId, datasourceId, botId, changes);
    });
  }

  /** For filters that are kept. @param path of the filter. @throws InvalidFields where it names a source that is not there */
  async assertNamesKnown(
    workspaceId: string,
    { datasourceIds = [] }: PassageFilter,
    path: string,
  ): Promise<void> {
    if (datasourceIds.length === 0 || (await this.repository.areKnown(workspaceId, datasourceIds))) return;
    throw new InvalidFields([
      { path: `${path}.datasourceIds`, message: 'names a source that does not exist' },
    ]);
  }

  /** The sources of a bot, and how it uses them. */
  listAttachments(actor: Actor, botId: string, page: PageRequest): Promise<Page<Attachment>> {
    this.abilities.assertCan(actor, 'read', 'Datasource');
    return this.repository.listAttachments(actor.workspaceId, botId, page);
  }

  /** @throws DatasourceNotFound */
  async detach(actor: Actor, id: string, botId: string): Promise<void> {
    const datasource = await this.get(actor, id);
    await this.repository.detach(datasource.workspaceId, datasource.id, botId);
  }

  /** The syncs of a source, newest first, with what became of each page. @throws DatasourceNotFound */
  async listRuns(actor: Actor, id: string, page: PageRequest): Promise<Page<RunReport>> {
    const datasource = await this.get(actor, id);
    const { data: runs, nextCursor } = await this.runs.list(datasource.id, page);
    const pages = Map.groupBy(
      await this.runs.listFirstPages(
        datasource.workspaceId,
        runs.map((run) => run.id),
      ),
      (one) => one.runId,
    );
    return { data: runs.map((run) => ({ run, pages: pages.get(run.id) ?? [] })), nextCursor };
  }

  /** @throws DatasourceNotFound */
  async listDocuments(actor: Actor, id: string, page: PageRequest): Promise<Page<Document>> {
    const datasource = await this.get(actor, id);
    return this.documents.list(datasource.id, page);
  }

  /** The passages of a document in reading order. @throws DatasourceNotFound, NotFound */
  async listChunks(
    actor: Actor,
    id: string,
    documentId: string,
    page: PageRequest,
  ): Promise<Page<ListedChunk>> {
    const datasource = await this.get(actor, id);
    const document = await this.documents.find(datasource.id, documentId);
    if (!document) throw new NotFound('The document');
    return this.documents.listChunks(datasource.workspaceId, document.id, page);
  }

  async #shown(datasource: Datasource): Promise<ShownDatasource> {
    return { datasource, schedule: await this.schedules.find(datasource) };
  }

  /** A file that stays behind is removed by the next sweep. */
  async #removeFile({ key }: SourceFile): Promise<void> {
    await this.storage.remove(key).catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'A file could not be removed');
    });
  }

  async #startSync({ id: datasourceId, workspaceId, type }: Datasource): Promise<StartedJob> {
    if (type === 'table') await this.tables.wantAll(workspaceId, datasourceId);
    return this.jobs.add(SYNC_JOBS[type] ?? syncDatasource, { datasourceId }, { workspaceId });
  }

  async #find(actor: Actor, action: string, id: string): Promise<Datasource> {
    const datasource = await this.repository.find(this.abilities.visibleTo(actor, action, 'Datasource'), id);
    if (!datasource) throw new DatasourceNotFound();
    return datasource;
  }
}
