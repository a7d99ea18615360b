import { DomainError } from '#common/errors';
import { StorageAway } from '#common/storage';

/** The workspace has this very file already. */
export class FileKnown extends DomainError {
  static readonly code = 'datasources.file_known';
  static readonly kind = 'conflict';
  constructor(datasourceId?: string | null) {
    const twin = datasourceId ? `The data source ${datasourceId}` : 'Another data source';
    super(FileKnown, `${twin} has the same file.`);
  }
}

/** More bytes than a file may have. */
export class FileTooLarge extends DomainError {
  static readonly code = 'datasources.file_too_large';
  static readonly kind = 'too_large';
  constructor(maxBytes: number) {
    super(FileTooLarge, `The file is larger than ${maxBytes} bytes.`);
  }
}

/** The workspace has as many files, or as many bytes of them, as it may have. */
export class FileLimitReached extends DomainError {
  static readonly code = 'datasources.file_limit_reached';
  static readonly kind = 'conflict';
  constructor(maxFiles: number, maxBytes: number) {
    super(
      FileLimitReached,
      `A workspace may have ${maxFiles} files of ${maxBytes} bytes together. Delete sources that are not needed any more.`,
    );
  }
}

/** A type that is not read, whatever the file is called. */
export class FileUnsupported extends DomainError {
  static readonly code = 'datasources.file_unsupported';
  static readonly kind = 'invalid';
  constructor(seen = 'something else') {
    super(
      FileUnsupported,
      `PDF, DOCX, XLSX, PPTX, EPUB, HTML, Markdown, CSV and plain text are read; by its content the file is ${seen}.`,
    );
  }
}

/** No bytes at all. */
export class FileEmpty extends DomainError {
  static readonly code = 'datasources.file_empty';
  static readonly kind = 'invalid';
  constructor() {
    super(FileEmpty, 'The file is empty.');
  }
}

/** It opens only with a password, or to one reader. */
export class FileEncrypted extends DomainError {
  static readonly code = 'datasources.file_encrypted';
  static readonly kind = 'invalid';
  constructor() {
    super(FileEncrypted, 'The file is protected by a password.');
  }
}

/** Pages without words: most often they were scanned. */
export class FileWithoutText extends DomainError {
  static readonly code = 'datasources.file_without_text';
  static readonly kind = 'invalid';
  constructor() {
    super(
      FileWithoutText,
      'The file has no text. If its pages are pictures, have their text recognised (OCR) first.',
    );
  }
}

/** It breaks off, or is not built as its type demands. */
export class FileCorrupt extends DomainError {
  static readonly code = 'datasources.file_corrupt';
  static readonly kind = 'invalid';
  constructor(cause?: unknown) {
    super(FileCorrupt, 'The file is damaged and cannot be read.', {}, { cause });
  }
}

/** It would grow beyond reason when it is unpacked. */
export class FileUnpacksTooLarge extends DomainError {
  static readonly code = 'datasources.file_unpacks_too_large';
  static readonly kind = 'invalid';
  constructor() {
    super(FileUnpacksTooLarge, 'The file holds too much, or too many parts, once it is unpacked.');
  }
}

/** Its XML declares entities, which no program that writes such files does. */
export class FileDeclaresEntities extends DomainError {
  static readonly code = 'datasources.file_declares_entities';
  static readonly kind = 'invalid';
  constructor() {
    super(FileDeclaresEntities, 'The XML in the file declares entities, which is refused.');
  }
}

/** Reading it took too much time or memory. */
export class FileTooComplex extends DomainError {
  static readonly code = 'datasources.file_too_complex';
  static readonly kind = 'invalid';
  constructor(cause?: unknown) {
    super(FileTooComplex, 'The file is too complex to be read.', {}, { cause });
  }
}

/** The storage has lost it, or processes do not share their `DATA_DIR`. */
export class FileMissing extends DomainError {
  static readonly code = 'datasources.file_missing';
  static readonly kind = 'not_found';
  constructor() {
    super(FileMissing, 'The file is not in the storage any more. Upload it again.');
  }
}

/** What an upload can be refused for. */
export const UPLOAD_FAILURES = [
  FileLimitReached,
  FileKnown,
  FileTooLarge,
  FileUnsupported,
  FileEmpty,
  FileEncrypted,
  StorageAway,
] as const;

/** In how many ways a file that was kept can be of no use. */
export const FILE_FAILURES = [
  FileUnsupported,
  FileEncrypted,
  FileWithoutText,
  FileCorrupt,
  FileUnpacksTooLarge,
  FileDeclaresEntities,
  FileTooComplex,
  FileMissing,
  StorageAway,
] as const;
