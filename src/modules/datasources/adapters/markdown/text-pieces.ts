import type { MarkdownBlock } from './markdown-blocks.js';

/** A stretch of text that is not cut further, by its offsets. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });
const TOP_LEVEL_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]/;
const LIST_MARK_CHARS = 20;

/** Cuts a block into rows, items, lines or sentences, none of which is longer than `maxChars`. */
export function* piecesOf(markdown: string, block: MarkdownBlock, maxChars: number): Generator<Piece> {
  const parts = block.kind === 'paragraph' ? [block] : linesOf(markdown, block);
  const units = block.kind === 'list' ? itemsOf(markdown, parts) : parts;
  for (const unit of units) {
    if (block.kind !== 'paragraph' && unit.end - unit.start <= maxChars) yield unit;
    else yield* sentencesOf(markdown, unit, maxChars);
  }
}

function* linesOf(markdown: string, { start, end }: Piece): Generator<Piece> {
  for (let at = start; at < end;) {
    const newline = markdown.indexOf('\n', at);
    const lineEnd = newline < 0 ? end : Math.min(newline, end);
    if (lineEnd > at) yield { start: at, end: lineEnd };
    at = lineEnd + 1;
  }
}

function* itemsOf(markdown: string, lines: Iterable<Piece>): Generator<Piece> {
  let item: Piece | undefined;
  for (const line of lines) {
    const startsItem = TOP_LEVEL_ITEM.test(markdown.slice(line.start, line.start + LIST_MARK_CHARS));
    if (item && startsItem) yield item;
    item = item && !startsItem ? { start: item.start, end: line.end } : line;
  }
  if (item) yield item;
}

function* sentencesOf(markdown: string, { start, end }: Piece, maxChars: number): Generator<Piece> {
  // The segmenter takes every line end for the end of a sentence; in wrapped text it is not.
  const text = markdown.slice(start, end).replaceAll('\n', ' ');
  for (const { segment, index } of sentences.segment(text)) {
    yield* shortPieces(markdown, { start: start + index, end: start + index + segment.length }, maxChars);
  }
}

/** Cuts what has no sentences at white space, or else between characters. White space at the ends is left out. */
function* shortPieces(markdown: string, { start, end }: Piece, maxChars: number): Generator<Piece> {
  let at = skipSpace(markdown, start, end);
  while (at < end) {
    const cut = end - at <= maxChars ? end : cutBefore(markdown, at, at + maxChars);
    yield { start: at, end: at + markdown.slice(at, cut).trimEnd().length };
    at = skipSpace(markdown, cut, end);
  }
}

function skipSpace(markdown: string, start: number, end: number): number {
  let at = start;
  while (at < end && markdown.charAt(at).trim() === '') at += 1;
  return at;
}

function cutBefore(markdown: string, start: number, limit: number): number {
  for (let at = limit; at > start + (limit - start) / 2; at -= 1) {
    if (markdown.charAt(at).trim() === '') return at;
  }
  const splitsPair = /[\udc00-\udfff]/.test(markdown.charAt(limit));
  return splitsPair ? limit - 1 : limit;
}
