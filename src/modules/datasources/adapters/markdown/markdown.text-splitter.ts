import { setImmediate as nextTurn } from 'node:timers/promises';
import { DocumentTooLong } from '../../page.errors.js';
import { TextSplitter, type TextChunk } from '../../ports/text-splitter.port.js';
import { chunksOf } from './markdown-chunks.js';

const MAX_CHUNKS = 20_000;
/** A few milliseconds of work. */
const CHUNKS_PER_TURN = 100;

/** Cuts Markdown at its headings and paragraphs. Lets other work run in between, however long the document is. */
export class MarkdownTextSplitter extends TextSplitter {
  constructor(private readonly maxChunks = MAX_CHUNKS) {
    super();
  }

  override async split(markdown: string): Promise<readonly TextChunk[]> {
    const chunks: TextChunk[] = [];
    for (const chunk of chunksOf(markdown)) {
      if (chunks.length === this.maxChunks) throw new DocumentTooLong(this.maxChunks);
      chunks.push({ position: chunks.length, ...chunk });
      if (chunks.length % CHUNKS_PER_TURN === 0) await nextTurn();
    }
    return chunks;
  }
}
