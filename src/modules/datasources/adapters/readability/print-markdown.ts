import type { Block, CodeBlock, ListBlock, TableBlock } from './page-blocks.js';

/** Deeper lists and quotes are printed at this depth, so that indentation cannot outgrow the text. */
const MAX_INDENTS = 6;

/** Prints blocks as Markdown. Text is not escaped: a passage must read as it does on the page. */
export function printMarkdown(blocks: readonly Block[]): string {
  const lines: string[] = [];
  printBlocks(blocks, { first: '', rest: '', depth: 0 }, lines);
  return lines.join('\n');
}

/** What stands before the first line of something, and before all its other lines. */
interface Margin {
  readonly first: string;
  readonly rest: string;
  readonly depth: number;
}

function printBlocks(blocks: readonly Block[], margin: Margin, lines: string[]): void {
  blocks.forEach((block, index) => {
    const isTight = margin.depth > 0 && block.kind === 'list';
    if (index > 0 && !isTight) lines.push(margin.rest.trimEnd());
    printBlock(block, index === 0 ? margin : { ...margin, first: margin.rest }, lines);
  });
}

function printBlock(block: Block, margin: Margin, lines: string[]): void {
  switch (block.kind) {
    case 'text':
      return printLines(block.text.split('\n'), margin, lines);
    case 'heading':
      return printLines([`${'#'.repeat(block.level)} ${block.text}`], margin, lines);
    case 'code':
      return printLines(codeLines(block), margin, lines);
    case 'table':
      return printLines(tableLines(block), margin, lines);
    case 'quote':
      return printBlocks(block.blocks, indented(margin, '> ', '> '), lines);
    case 'list':
      return printList(block, margin, lines);
  }
}

function printLines(texts: readonly string[], margin: Margin, lines: string[]): void {
  texts.forEach((text, index) => lines.push(((index === 0 ? margin.first : margin.rest) + text).trimEnd()));
}

function printList({ firstNumber, items }: ListBlock, margin: Margin, lines: string[]): void {
  items.forEach((item, index) => {
    const outer = index === 0 ? margin : { ...margin, first: margin.rest };
    const mark = firstNumber === undefined ? '- ' : `${firstNumber + index}. `;
    printBlocks(item, indented(outer, mark, ' '.repeat(mark.length)), lines);
  });
}

function indented({ first, rest, depth }: Margin, firstMark: string, restMark: string): Margin {
  const isDeep = depth >= MAX_INDENTS;
  return {
    first: isDeep ? first : first + firstMark,
    rest: isDeep ? rest : rest + restMark,
    depth: depth + 1,
  };
}

function codeLines({ language, code }: CodeBlock): string[] {
  const longest = (code.match(/`{3,}/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
  const fence = '`'.repeat(longest + 1);
  return [fence + language, ...code.split('\n'), fence];
}

function tableLines({ header, rows }: TableBlock): string[] {
  const rule = header.map(() => '---');
  return [header, rule, ...rows].map((cells) => `| ${cells.map(escapePipes).join(' | ')} |`);
}

const escapePipes = (text: string): string => text.replaceAll('|', '\\|');
