import { lineOf } from './line-of.js';
import type { Block } from './page-blocks.js';
import { TableGrid, widestOf, type Row } from './table-grid.js';

/** Beyond these, a table is taken for a trick and read as running text. */
const MAX_COLUMNS = 100;
const MAX_CELLS = 500_000;
/** Tables without any header whose cells are longer than this hold the layout of the page. */
const MAX_PLAIN_CELL_CHARS = 500;

/** A table that arranges data, unlike the tables that old pages use to arrange their parts. */
export function isDataTable(table: Element): boolean {
  const role = table.getAttribute('role');
  if (role === 'presentation' || role === 'none' || table.querySelector('table')) return false;
  const rows = rowsOf(table);
  const width = widestOf(rows);
  if (width < 2 || width > MAX_COLUMNS || width * rows.length > MAX_CELLS) return false;
  if (table.querySelector('h1, h2, h3, h4, pre, blockquote')) return false;
  if (table.querySelector('th, caption, thead')) return true;
  return rows.length > 1 && !rows.some(({ cells }) => cells.some(isLong));
}

const isLong = (cell: Element): boolean => cell.textContent.length > MAX_PLAIN_CELL_CHARS;

/**
 * Reads a data table as its caption and a grid. A cell that spans rows is repeated in each, so that every row can
 * be understood alone; a cell that spans columns fills the first, except in the header, where it names them all.
 */
export function readTable(table: Element): Block[] {
  const rows = rowsOf(table);
  const headCount = headerRowCount(rows);
  const grid = dropEmpty(new TableGrid(rows, headCount).read(), headCount);
  const caption = captionOf(table);
  const blocks: Block[] = caption ? [{ kind: 'text', text: caption }] : [];
  if ((grid.rows[0]?.length ?? grid.header.length) >= 2) return [...blocks, { kind: 'table', ...grid }];
  const lines = [grid.header, ...grid.rows].flat().filter(Boolean).join('\n');
  return lines ? [...blocks, { kind: 'text', text: lines }] : blocks;
}

function captionOf(table: Element): string {
  const caption = [...table.children].find(({ localName }) => localName === 'caption');
  return caption ? lineOf(caption) : '';
}

function rowsOf(table: Element): Row[] {
  const rows: Row[] = [];
  const collect = (parent: Element, isHead: boolean): void => {
    for (let child = parent.firstElementChild; child; child = child.nextElementSibling) {
      if (child.localName === 'tr') rows.push({ cells: cellsOf(child), isHead });
      else if (/^(?:thead|tbody|tfoot)$/.test(child.localName)) collect(child, child.localName === 'thead');
    }
  };
  collect(table, false);
  return rows.filter(({ cells }) => cells.length > 0);
}

function cellsOf(row: Element): Element[] {
  return [...row.children].filter(({ localName }) => localName === 'td' || localName === 'th');
}

/** The rows at the top that name the columns. At least one row is always left as data. */
function headerRowCount(rows: readonly Row[]): number {
  let count = 0;
  while (count < rows.length - 1 && isHeaderRow(rows[count] as Row)) count += 1;
  return count === 0 && isCrossTable(rows) ? 1 : count;
}

/** An empty corner, with names along the top and down the side. */
function isCrossTable(rows: readonly Row[]): boolean {
  const [top, ...others] = rows.map(({ cells }) => cells.map((cell) => cell.textContent.trim()));
  if (!top || others.length === 0 || top[0] !== '' || top.length < 3) return false;
  return top.slice(1).every(Boolean) && others.every(([name]) => Boolean(name));
}

function isHeaderRow({ cells, isHead }: Row): boolean {
  if (isHead) return true;
  if (cells.length < 2) return false;
  return cells.every(({ localName }) => localName === 'th') || cells.every(isBold);
}

function isBold(cell: Element): boolean {
  const only = cell.firstElementChild;
  return /^(?:b|strong)$/.test(only?.localName ?? '') && only?.textContent.trim() === cell.textContent.trim();
}

/** Leaves out empty rows and columns, and brings all rows to one length. */
function dropEmpty(grid: readonly string[][], headCount: number): { header: string[]; rows: string[][] } {
  const width = grid.reduce((widest, row) => Math.max(widest, row.length), 0);
  const used = Array.from({ length: width }, (_, column) => grid.some((row) => row[column]));
  const trim = (row: readonly string[]): string[] =>
    used.flatMap((isUsed, column) => (isUsed ? [row[column] ?? ''] : []));
  const head = grid.slice(0, headCount).map(trim);
  const names = used.filter(Boolean).map((_, column) => columnName(head, column));
  return {
    header: names,
    rows: grid
      .slice(headCount)
      .map(trim)
      .filter((row) => row.some(Boolean)),
  };
}

/** Headers of several rows become one: `Population` above `2020` is `Population 2020`. */
function columnName(head: readonly string[][], column: number): string {
  return [...new Set(head.map((row) => row[column] ?? ''))].filter(Boolean).join(' ');
}
