import type { ExtractedPage } from './page-extractor.port.js';

/** A file that was uploaded, as a whole. */
export interface WholeFile {
  readonly body: Uint8Array;
  /** As `recognise` said. */
  readonly mediaType: string;
}

/** What a file says; its title is that of its source. */
export type ExtractedFile = Omit<ExtractedPage, 'title' | 'canonicalUrl'>;

/** Knows the types of files, and reads those that no page extractor reads. Macros are never run, and nothing is fetched. */
export abstract class FileExtractor {
  /**
   * The media type of a file by its first bytes. Its name counts only where they leave it open: among kinds of text.
   *
   * @throws FileUnsupported for what cannot be read, FileEncrypted
   */
  abstract recognise(start: Uint8Array, name: string): Promise<string>;

  /**
   * @throws FileEncrypted, FileWithoutText, FileCorrupt, FileUnpacksTooLarge, FileDeclaresEntities, FileUnsupported
   * @throws FileTooComplex when the file cannot be read within the limits on time and memory.
   * @throws DocumentTooLong when it has more text than a document may have.
   */
  abstract extract(file: WholeFile): Promise<ExtractedFile>;
}
