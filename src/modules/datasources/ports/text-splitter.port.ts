/** A passage of a document, small enough to be embedded and quoted. */
export interface TextChunk {
  /** Counts from 0 in reading order. */
  readonly position: number;
  /** Headings above the passage, outermost first. */
  readonly headingPath: readonly string[];
  /** Exactly `markdown.slice(startOffset, endOffset)`. */
  readonly text: string;
  /** UTF-16 code units from the start of the document. */
  readonly startOffset: number;
  readonly endOffset: number;
  /** What the passage needs to be understood but does not contain: the header of the table that it continues. */
  readonly context?: string;
}

/** Cuts a Markdown document into passages. */
export abstract class TextSplitter {
  /**
   * Every character that is not white space is in exactly one chunk. Same input, same chunks; paragraphs that did
   * not change mostly keep their chunk text when others did.
   *
   * @throws DocumentTooLong when there would be more chunks than one document may have.
   */
  abstract split(markdown: string): Promise<readonly TextChunk[]>;
}
