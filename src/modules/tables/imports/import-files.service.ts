import { Injectable, Logger } from '@nestjs/common';
import { Abilities, type Actor } from '#common/access';
import { newId } from '#common/database';
import { InvalidFields } from '#common/errors';
import { FileStore } from '#common/storage';
import { TableNotFound } from '../tables.errors.js';
import { TablesRepository } from '../tables.repository.js';
import type { HostedTable } from '../tables.types.js';
import { ImportFilesRepository } from './import-files.repository.js';
import {
  type FileBytes,
  type FilePreview,
  type ImportFile,
  MAX_FILE_BYTES,
  type ReadWishes,
} from './import.types.js';
import { ImportFileNotFound } from './imports.errors.js';
import { previewFile } from './preview-file.js';
import { labelOf } from './recognise-file.js';

/** Files that are sent to be imported: they are looked at, imported, and gone a day later. */
@Injectable()
export class ImportFilesService {
  readonly #logger = new Logger(ImportFilesService.name);

  constructor(
    private readonly files: ImportFilesRepository,
    private readonly tables: TablesRepository,
    private readonly store: FileStore,
    private readonly abilities: Abilities,
  ) {}

  /** @throws ImportLimitReached, FileTooLarge, StorageFull, StorageAway */
  async receive(actor: Actor, name: string, source: AsyncIterable<Uint8Array>): Promise<ImportFile> {
    this.abilities.assertCan(actor, 'create', 'Import');
    const { workspaceId } = actor;
    const id = newId();
    await this.files.reserve(workspaceId, id, name);
    try {
      const kept = await this.store.keep(id, source, MAX_FILE_BYTES);
      const file = await this.files.complete(workspaceId, id, kept);
      if (!file) throw new ImportFileNotFound();
      return file;
    } catch (error) {
      await this.#discard(workspaceId, id).catch((failure: unknown) => {
        this.#logger.warn({ err: failure }, 'A file could not be removed');
      });
      throw error;
    }
  }

  /**
   * What a file looks like and, with a table, which columns belong to which of its fields.
   * @throws ImportFileNotFound, TableNotFound, FileUnreadable, InvalidFields
   */
  async preview(actor: Actor, fileId: string, wishes: ReadWishes, tableId?: string): Promise<FilePreview> {
    this.abilities.assertCan(actor, 'create', 'Import');
    const file = await this.#find(actor, fileId);
    return previewFile(this.bytesOf(file), file.name, checked(wishes), await this.#table(actor, tableId));
  }

  /** @throws ImportFileNotFound, StorageAway */
  async remove(actor: Actor, id: string): Promise<void> {
    this.abilities.assertCan(actor, 'create', 'Import');
    await this.#find(actor, id);
    await this.store.remove(id);
    await this.files.remove(actor.workspaceId, id);
  }

  bytesOf({ id, bytes }: Pick<ImportFile, 'id' | 'bytes'>): FileBytes {
    return { bytes, read: (range) => this.store.read(id, range) };
  }

  async #find({ workspaceId }: Actor, id: string): Promise<ImportFile> {
    const file = await this.files.find(workspaceId, id);
    if (!file) throw new ImportFileNotFound();
    return file;
  }

  async #table({ workspaceId }: Actor, id: string | undefined): Promise<HostedTable | null> {
    if (id === undefined) return null;
    const table = await this.tables.find(workspaceId, id);
    if (!table) throw new TableNotFound();
    return table;
  }

  async #discard(workspaceId: string, id: string): Promise<void> {
    // Nothing was kept, unless it failed after that; the row remembers it then.
    await this.store.remove(id);
    await this.files.remove(workspaceId, id);
  }
}

/** @throws InvalidFields */
function checked(wishes: ReadWishes): ReadWishes {
  const { encoding } = wishes;
  if (encoding === undefined) return wishes;
  const label = labelOf(encoding);
  if (label === null)
    throw new InvalidFields([{ path: 'encoding', message: 'is no encoding that is known here' }]);
  return { ...wishes, encoding: label };
}
