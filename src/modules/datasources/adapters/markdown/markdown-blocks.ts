/** A stretch of a Markdown document, by its offsets. Between two blocks there is only white space. */
export interface MarkdownBlock {
  readonly kind: 'heading' | 'paragraph' | 'list' | 'table' | 'code';
  readonly start: number;
  readonly end: number;
  /** Only for headings: 1 to 6, and the text without its marks. */
  readonly heading?: { readonly level: number; readonly title: string };
}

/** Longer lines are running text, and longer headings are not headings. */
const MAX_MARK_CHARS = 400;
/** Ends a block that has no end of its own, so that a caller can pause in between. */
const MAX_BLOCK_CHARS = 200_000;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/;
const UNDERLINE = /^ {0,3}(?:(=+)|-{2,})[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]+\S/;
const INDENTED = /^(?: {2,}|\t)/;
const TABLE_ROW = /^ {0,3}\|/;

/** Reads the blocks of a document in order and in linear time. */
export function* markdownBlocks(markdown: string): Generator<MarkdownBlock> {
  let at = 0;
  while (at < markdown.length) {
    const line = lineAt(markdown, at);
    if (line.isBlank) {
      at = line.next;
      continue;
    }
    const block = headingAt(markdown, line) ?? bodyBlockAt(markdown, line);
    yield block;
    at = block.end;
  }
}

interface Line {
  readonly start: number;
  readonly end: number;
  /** Start of the line after it. */
  readonly next: number;
  /** The beginning of the line: enough to tell what it is. */
  readonly mark: string;
  readonly isBlank: boolean;
}

function lineAt(markdown: string, start: number): Line {
  const newline = markdown.indexOf('\n', start);
  const end = newline < 0 ? markdown.length : newline;
  const mark = markdown.slice(start, Math.min(end, start + MAX_MARK_CHARS));
  return {
    start,
    end,
    next: Math.min(end + 1, markdown.length),
    mark,
    isBlank: mark.trim() === '' && markdown.slice(start, end).trim() === '',
  };
}

function headingAt(markdown: string, line: Line): MarkdownBlock | undefined {
  const { start, end, next, mark } = line;
  if (end - start > MAX_MARK_CHARS) return undefined;
  const [, marks, text] = HEADING.exec(mark) ?? [];
  if (marks && text)
    return { kind: 'heading', start, end, heading: { level: marks.length, title: plainTitle(text) } };
  if (next >= markdown.length || !isPlain(line)) return undefined;
  const below = lineAt(markdown, next);
  const underline = UNDERLINE.exec(below.mark);
  if (!underline) return undefined;
  return {
    kind: 'heading',
    start,
    end: below.end,
    heading: { level: underline[1] ? 1 : 2, title: mark.trim() },
  };
}

const plainTitle = (text: string): string => text.replace(/[ \t]+#+[ \t]*$/, '').trim();

function bodyBlockAt(markdown: string, first: Line): MarkdownBlock {
  const kind = kindOf(first);
  let { end } = first;
  for (let at = first.next; at < markdown.length && end - first.start < MAX_BLOCK_CHARS;) {
    const line = lineAt(markdown, at);
    if (kind === 'code' ? closesFence(first, line) : !continues(kind, line, markdown)) {
      return { kind, start: first.start, end: kind === 'code' ? line.end : end };
    }
    if (!line.isBlank || kind === 'code') ({ end } = line);
    at = line.next;
    if (line.next === line.end) break;
  }
  return { kind, start: first.start, end };
}

function kindOf({ mark }: Line): Exclude<MarkdownBlock['kind'], 'heading'> {
  if (FENCE.test(mark)) return 'code';
  if (TABLE_ROW.test(mark)) return 'table';
  return LIST_ITEM.test(mark) ? 'list' : 'paragraph';
}

const isPlain = (line: Line): boolean => kindOf(line) === 'paragraph' && !line.isBlank;

function closesFence(opening: Line, line: Line): boolean {
  const fence = FENCE.exec(opening.mark)?.[1] ?? '';
  const own = FENCE.exec(line.mark)?.[1];
  return own !== undefined && own.startsWith(fence) && line.mark.trim() === own;
}

function continues(kind: MarkdownBlock['kind'], line: Line, markdown: string): boolean {
  if (line.isBlank) return kind === 'list' && continuesList(markdown, line.next);
  if (kind === 'table') return TABLE_ROW.test(line.mark);
  if (HEADING.test(line.mark)) return false;
  if (kind === 'list') return !FENCE.test(line.mark) && !TABLE_ROW.test(line.mark);
  return isPlain(line);
}

/** After blank lines a list goes on with another item, or with more of the last one. */
function continuesList(markdown: string, start: number): boolean {
  for (let at = start; at < markdown.length;) {
    const line = lineAt(markdown, at);
    if (!line.isBlank) return LIST_ITEM.test(line.mark) || INDENTED.test(line.mark);
    at = line.next;
  }
  return false;
}
