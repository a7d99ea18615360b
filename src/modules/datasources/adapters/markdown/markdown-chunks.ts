import type { TextChunk } from '../../ports/text-splitter.port.js';
import { markdownBlocks, type MarkdownBlock } from './markdown-blocks.js';
import { piecesOf, type Piece } from './text-pieces.js';

/** No chunk is larger. Sizes are in characters; see `sizeOf`. */
const MAX_SIZE = 2_000;
/** Paragraphs are brought together until they have this size: about a hundred words. */
const ENOUGH_SIZE = 600;
/** Where paragraphs are brought together, or a long one is cut, chunks stay below this: about two hundred words. */
const FULL_SIZE = 1_200;
/** Less than this is not left alone at the end of a section. */
const SCRAP_SIZE = 200;
/** A character of Chinese, Japanese or Korean says as much as three of an alphabet. */
const WIDE_CHARACTER_SIZE = 3;
const WIDE_CHARACTERS = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/g;
/** Longer table headers are not repeated as context. */
const MAX_CONTEXT_CHARS = 500;
const HASHED_CHARS = 64;

type UnplacedChunk = Omit<TextChunk, 'position'>;

/** A run of text that becomes one chunk. */
interface Run extends Piece {
  /** Without the headings that it begins with. */
  readonly size: number;
  readonly context?: string;
}

/**
 * Cuts a document into chunks that follow its headings and paragraphs.
 *
 * Where a cut falls is decided by the text around it, not by how much came before: a paragraph of a hundred words
 * always ends its chunk, and runs of shorter ones are cut where a hash of their text says so. After an edit the
 * cuts therefore fall into step again, and the chunks behind it keep their text.
 */
export function* chunksOf(markdown: string): Generator<UnplacedChunk> {
  const cutter = new ChunkCutter(markdown);
  for (const block of markdownBlocks(markdown)) yield* cutter.add(block);
  yield* cutter.finishSection();
}

class ChunkCutter {
  private path: readonly { level: number; title: string }[] = [];
  /** Headings that wait for the text below them. */
  private headings: Piece | undefined;
  private open: Run | undefined;
  /** The last closed run; it may still take in a scrap. */
  private closed: Run | undefined;

  constructor(private readonly markdown: string) {}

  *add(block: MarkdownBlock): Generator<UnplacedChunk> {
    if (block.heading) {
      yield* this.addHeading(block, block.heading);
    } else if (sizeOf(this.markdown, block) <= MAX_SIZE - lengthOf(this.headings)) {
      yield* this.addPiece(block);
    } else {
      yield* this.addInPieces(block);
    }
  }

  *finishSection(): Generator<UnplacedChunk> {
    const isScrap = this.open && this.closed && this.open.size < SCRAP_SIZE;
    if (this.closed && isScrap && lengthOf(this.closed) + lengthOf(this.open) < MAX_SIZE) {
      this.closed = joined(this.closed, this.open as Run);
      this.open = undefined;
    }
    yield* this.closeRun();
    yield* this.closeRun();
    if (this.headings) yield this.chunk(this.headings);
    this.headings = undefined;
  }

  private *addHeading(
    block: MarkdownBlock,
    heading: { level: number; title: string },
  ): Generator<UnplacedChunk> {
    const tooMany = lengthOf(this.headings) + lengthOf(block) > ENOUGH_SIZE;
    if (this.open || this.closed || tooMany) yield* this.finishSection();
    this.headings = { start: this.headings?.start ?? block.start, end: block.end };
    this.path = [...this.path.filter(({ level }) => level < heading.level), heading];
  }

  private *addInPieces(block: MarkdownBlock): Generator<UnplacedChunk> {
    yield* this.closeRun();
    const sample = { start: block.start, end: Math.min(block.end, block.start + MAX_SIZE) };
    const maxChars = Math.floor((FULL_SIZE * lengthOf(sample)) / sizeOf(this.markdown, sample));
    const context = block.kind === 'table' ? tableHeader(this.markdown, block) : undefined;
    for (const piece of piecesOf(this.markdown, block, maxChars)) {
      yield* this.addPiece(piece, piece.start === block.start ? undefined : context);
    }
    yield* this.closeRun();
  }

  private *addPiece(piece: Piece, context?: string): Generator<UnplacedChunk> {
    const size = sizeOf(this.markdown, piece);
    if (this.open && this.shouldEndBefore(this.open, piece, size)) yield* this.closeRun();
    this.open = this.open
      ? joined(this.open, { ...piece, size })
      : { start: this.headings?.start ?? piece.start, end: piece.end, size, context };
    this.headings = undefined;
    if (this.shouldEndAfter(this.open, piece, size)) yield* this.closeRun();
  }

  private shouldEndBefore(run: Run, piece: Piece, size: number): boolean {
    const isLong = size >= ENOUGH_SIZE && run.size >= SCRAP_SIZE;
    return isLong || run.size + size > FULL_SIZE || piece.end - run.start > MAX_SIZE;
  }

  private shouldEndAfter(run: Run, piece: Piece, size: number): boolean {
    return run.size >= ENOUGH_SIZE && (size >= ENOUGH_SIZE || hash(this.markdown, piece) % 2 === 0);
  }

  private *closeRun(): Generator<UnplacedChunk> {
    if (this.closed) yield this.chunk(this.closed);
    this.closed = this.open;
    this.open = undefined;
  }

  private chunk({ start, end, context }: Piece & { context?: string }): UnplacedChunk {
    return {
      headingPath: this.path.map(({ title }) => title),
      text: this.markdown.slice(start, end),
      startOffset: start,
      endOffset: end,
      ...(context === undefined ? {} : { context }),
    };
  }
}

const lengthOf = (piece: Piece | undefined): number => (piece ? piece.end - piece.start : 0);

const joined = (run: Run, next: Run): Run => ({ ...run, end: next.end, size: run.size + next.size });

/** Length of a text in characters of an alphabet. Not exact for what is too long anyway. */
function sizeOf(markdown: string, piece: Piece): number {
  const length = lengthOf(piece);
  if (length > MAX_SIZE) return length;
  const wide = markdown.slice(piece.start, piece.end).match(WIDE_CHARACTERS)?.length ?? 0;
  return length + wide * (WIDE_CHARACTER_SIZE - 1);
}

/** The row of column names, with the rule below it that makes it one. */
function tableHeader(markdown: string, { start, end }: Piece): string | undefined {
  const [names = '', rule = ''] = markdown
    .slice(start, Math.min(end, start + MAX_CONTEXT_CHARS))
    .split('\n', 2);
  const isHeader = /^[ |:-]*---[ |:-]*$/.test(rule) && /[\p{L}\p{N}]/u.test(names);
  return isHeader ? `${names}\n${rule}` : undefined;
}

/** FNV-1a of the end of a piece. */
function hash(markdown: string, { start, end }: Piece): number {
  let value = 0x811c9dc5;
  for (let at = Math.max(start, end - HASHED_CHARS); at < end; at += 1) {
    value = Math.imul(value ^ markdown.charCodeAt(at), 0x01000193);
  }
  return (value >>> 8) & 0xffff;
}
