import { DomainError, NotFound } from '#common/errors';
import { MAX_FILES, MAX_UNFINISHED } from './import.types.js';

/** There is no such file in this workspace, or no longer. */
export class ImportFileNotFound extends NotFound {
  constructor() {
    super('The file');
  }
}

/** There is no such import in this workspace. */
export class ImportNotFound extends NotFound {
  constructor() {
    super('The import');
  }
}

/** The file cannot be read as what it is taken for. */
export class FileUnreadable extends DomainError {
  static readonly code = 'imports.file_unreadable';
  static readonly kind = 'invalid';
  constructor(why: string, cause?: unknown) {
    super(FileUnreadable, `The file cannot be read: ${why}`, {}, { cause });
  }
}

/** The workspace has as many files waiting, or imports under way, as there may be. */
export class ImportLimitReached extends DomainError {
  static readonly code = 'imports.limit_reached';
  static readonly kind = 'conflict';
  constructor(what: 'files' | 'imports') {
    super(
      ImportLimitReached,
      what === 'files'
        ? `At most ${String(MAX_FILES)} files, and 2 GB in all, can wait to be imported. Remove some, or wait a day.`
        : `At most ${String(MAX_UNFINISHED)} imports can be under way at once.`,
    );
  }
}

/** Fields of the table have changed since the import was asked for, so that it would mean something else. */
export class ImportOutdated extends DomainError {
  static readonly code = 'imports.outdated';
  static readonly kind = 'conflict';
  constructor() {
    super(ImportOutdated, 'Fields of the table have changed since the import began. Start it anew.');
  }
}
