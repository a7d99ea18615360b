import type { DocumentPlace } from '../../ports/page-extractor.port.js';
import { cleanLine, cleanText, trimLines } from '../shared/clean-text.js';
import { Unreadable } from './unreadable.js';

/** As many characters as fit into the passages that one document may have. */
export const MAX_TEXT_CHARS = 20_000_000;
const MAX_LIST_DEPTH = 6;
const MAX_HEADING_CHARS = 300;
/** Cells further to the right are left out. */
const MAX_COLUMNS = 200;

/** Writes the Markdown of a document block by block, and notes where its pages, slides or rows begin. */
export class DocumentWriter {
  readonly #parts: string[] = [];
  readonly #places: DocumentPlace[] = [];
  #length = 0;
  #lastIsItem = false;

  /** What is written next begins a page, slide or row. */
  place(unit: DocumentPlace['unit'], number: number, sheet?: string): void {
    this.#places.push({ offset: -1, unit, number, ...(sheet === undefined ? {} : { sheet }) });
  }

  heading(level: number, text: string): void {
    const title = cleanLine(text);
    if (title.length > MAX_HEADING_CHARS) this.paragraph(text);
    else if (title) this.#write(`${'#'.repeat(Math.min(6, Math.max(1, level)))} ${title}`);
  }

  /** Line breaks within it stay. What would be taken for a heading is none. */
  paragraph(text: string): void {
    const lines = trimLines(cleanText(text))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    if (lines.length > 0) this.#write(lines.map((line) => line.replace(/^#{1,6}(?=\s)/, '\\$&')).join('\n'));
  }

  /** @param depth 0 for the outermost list. */
  item(depth: number, text: string): void {
    const line = cleanLine(text);
    if (line) this.#write(`${'  '.repeat(Math.min(MAX_LIST_DEPTH, depth))}- ${line}`, true);
  }

  /** A table whose first row names the columns. */
  table(rows: readonly (readonly string[])[]): void {
    const filled = rows.filter((row) => row.some((cell) => cell.trim() !== ''));
    const width = filled.reduce((most, row) => Math.max(most, Math.min(row.length, MAX_COLUMNS)), 0);
    const lines: string[] = [];
    let length = 0;
    for (const row of filled) {
      const cells = Array.from({ length: width }, (_, column) => cleanLine(row[column] ?? ''));
      const line = `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
      // One wide row makes all others as wide.
      length += line.length;
      if (length > MAX_TEXT_CHARS) throw new Unreadable('too_long');
      lines.push(line);
    }
    const [header, ...others] = lines;
    if (header === undefined) return;
    this.#write([header, `|${' --- |'.repeat(width)}`, ...others].join('\n'));
  }

  finish(): { markdown: string; places: readonly DocumentPlace[] } {
    return { markdown: this.#parts.join(''), places: this.#places.filter(({ offset }) => offset >= 0) };
  }

  #write(block: string, isItem = false): void {
    const gap = this.#length === 0 ? '' : isItem && this.#lastIsItem ? '\n' : '\n\n';
    const start = this.#length + gap.length;
    for (let index = this.#places.length - 1; this.#places[index]?.offset === -1; index -= 1)
      this.#places[index] = { ...(this.#places[index] as DocumentPlace), offset: start };
    this.#parts.push(gap, block);
    this.#length = start + block.length;
    this.#lastIsItem = isItem;
    if (this.#length > MAX_TEXT_CHARS) throw new Unreadable('too_long');
  }
}
