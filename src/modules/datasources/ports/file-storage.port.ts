/** A file that was kept. */
export interface StoredFile {
  /** Names it; never two files, not even of the same content. */
  readonly key: string;
  readonly bytes: number;
  /** Of its content, in hexadecimal. */
  readonly sha256: string;
  /** Its first bytes, by which its type is recognised. */
  readonly start: Uint8Array;
}

/** A file on its way out. */
export interface OpenFile {
  /** Opened when it is begun to be read. */
  readonly content: AsyncIterable<Uint8Array>;
  readonly bytes: number;
}

/** Keeps files. All processes see the same ones. */
export abstract class FileStorage {
  /**
   * Keeps a file as it comes. It is there as a whole, and survives a crash, once this has resolved; before, and when it
   * rejects, there is nothing.
   *
   * @throws FileTooLarge, StorageFull
   */
  abstract save(
    workspaceId: string,
    content: AsyncIterable<Uint8Array>,
    maxBytes: number,
  ): Promise<StoredFile>;

  /** @throws FileMissing */
  abstract open(key: string): Promise<OpenFile>;

  /** The whole file. @throws FileMissing */
  abstract read(key: string): Promise<Uint8Array>;

  /** It may be gone already. */
  abstract remove(key: string): Promise<void>;

  /** The keys of all files that were kept before a time, a few at once. What uploads left behind before it is removed. */
  abstract listOlderThan(time: Date): AsyncIterable<readonly string[]>;
}
