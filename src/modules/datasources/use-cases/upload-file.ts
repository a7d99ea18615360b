import { Injectable, Logger } from '@nestjs/common';
import type { Actor } from '#common/access';
import { UnitOfWork } from '#common/database';
import type { FormFile, FormSink } from '#common/http';
import { JobQueue } from '#common/jobs';
import { StorageConfig } from '#config';
import { DatasourcesRepository } from '../datasources.repository.js';
import type { FileDraft, SourceFile } from '../datasources.types.js';
import { Datasource } from '../entities/datasource.entity.js';
import { FileEmpty, FileKnown, FileLimitReached } from '../file.errors.js';
import { safeFileName } from '../file-name.js';
import { syncDatasource } from '../jobs/sync-datasource.job.js';
import { FileExtractor } from '../ports/file-extractor.port.js';
import { SourceFiles } from '../source-files.js';
import type { StartedSync } from '../reports.types.js';

/** A form with a file, as it comes in. */
export interface FileForm {
  read(sink: FormSink<SourceFile>): Promise<{ readonly fields: FileDraft; readonly file: SourceFile }>;
}

/** Makes a source of a file that is being uploaded. Nothing of it is left unless the source is. */
@Injectable()
export class UploadFile {
  readonly #logger = new Logger(UploadFile.name);

  constructor(
    private readonly repository: DatasourcesRepository,
    private readonly storage: SourceFiles,
    private readonly extractor: FileExtractor,
    private readonly jobs: JobQueue,
    private readonly unitOfWork: UnitOfWork,
    private readonly config: StorageConfig,
  ) {}

  /** @throws one of `UPLOAD_FAILURES`, UnknownBot, FormMalformed, InvalidFields */
  async execute(actor: Actor, form: FileForm): Promise<StartedSync> {
    const { workspaceId } = actor;
    // Nobody sends a large file in vain.
    this.#assertRoom(await this.repository.filesOf(workspaceId), 1);
    const { fields, file } = await form.read({
      maxBytes: this.config.maxFileBytes,
      take: (incoming) => this.#take(workspaceId, incoming),
      drop: ({ key }) => this.#drop(key),
    });
    const datasource = new Datasource(workspaceId, { type: 'file', name: fields.name ?? file.name, file });
    try {
      return await this.unitOfWork.run(async () => {
        this.#assertRoom(await this.repository.filesOf(workspaceId, { alone: true }), file.bytes);
        await this.repository.add(datasource);
        await this.repository.attach(workspaceId, datasource.id, fields.botIds ?? []);
        const job = await this.jobs.add(syncDatasource, { datasourceId: datasource.id }, { workspaceId });
        return { datasource, job, schedule: null };
      });
    } catch (error) {
      await this.#drop(file.key);
      if (!(error instanceof FileKnown)) throw error;
      throw new FileKnown(await this.repository.idOfFile(workspaceId, file.sha256));
    }
  }

  /** @throws FileLimitReached when there is none for one more file. */
  #assertRoom({ count, bytes }: { readonly count: number; readonly bytes: number }, more: number): void {
    const { maxWorkspaceFiles, maxWorkspaceFileBytes } = this.config;
    if (count >= maxWorkspaceFiles || bytes + more > maxWorkspaceFileBytes)
      throw new FileLimitReached(maxWorkspaceFiles, maxWorkspaceFileBytes);
  }

  async #take(workspaceId: string, { name: sentName, content }: FormFile): Promise<SourceFile> {
    const stored = await this.storage.save(workspaceId, content, this.config.maxFileBytes);
    const { key, bytes, sha256, start } = stored;
    try {
      if (bytes === 0) throw new FileEmpty();
      const name = safeFileName(sentName);
      return { key, name, bytes, sha256, mediaType: await this.extractor.recognise(start, name) };
    } catch (error) {
      await this.#drop(key);
      throw error;
    }
  }

  /** A file that stays behind is removed by the next sweep. */
  async #drop(key: string): Promise<void> {
    await this.storage.remove(key).catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'A file could not be removed');
    });
  }
}
