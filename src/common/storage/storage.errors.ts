import { DomainError } from '#common/errors';

/** The file is larger than one may be. */
export class FileTooLarge extends DomainError {
  static readonly code = 'files.too_large';
  static readonly kind = 'too_large';
  constructor(maxBytes: number) {
    super(FileTooLarge, `The file is larger than ${String(Math.floor(maxBytes / 1_048_576))} MB.`);
  }
}

/** The file is no longer there. */
export class FileGone extends DomainError {
  static readonly code = 'files.gone';
  static readonly kind = 'conflict';
  constructor() {
    super(
      FileGone,
      'The file is no longer there. Send it again. Where there are several processes, all need the same storage of files.',
    );
  }
}

/** Files can be neither kept nor read just now; all else goes on. */
export class StorageAway extends DomainError {
  static readonly code = 'files.storage_away';
  static readonly kind = 'unavailable';
  /** @param cause says why, for the log. */
  constructor(cause: unknown) {
    super(
      StorageAway,
      'The storage of files does not do what it is asked just now. Try again shortly.',
      { retryAfterSeconds: 15 },
      { cause },
    );
  }
}
