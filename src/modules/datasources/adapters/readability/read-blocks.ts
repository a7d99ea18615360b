import { BLOCK_TAGS, TEXTLESS_TAGS } from './html-tags.js';
import { lineOf } from './line-of.js';
import type { Block, ListBlock } from './page-blocks.js';
import { readCode } from './read-code.js';
import { isDataTable, readTable } from './read-table.js';

/** A line break inside a paragraph. White space of the page never is one. */
const LINE_BREAK = '\n';
/** The marks by which documentation pages link a heading to itself. */
const HEADING_ANCHOR = /\s+[#¶§🔗]+$|[¶🔗]+$/u;

/**
 * Reads the content of an element as blocks, in document order.
 *
 * Takes time linear in the size of the content, which turndown does not (8,000 list items: 3.4 s against 0.1 s), and
 * keeps text as it is: emphasis and links leave their words only, since passages are quoted word for word.
 */
export function readBlocks(root: Node): Block[] {
  const reader = new BlockReader();
  reader.readChildren(root);
  return reader.finish();
}

class BlockReader {
  private readonly blocks: Block[] = [];
  private inline: string[] = [];

  finish(): Block[] {
    this.endParagraph();
    return this.blocks;
  }

  readChildren(parent: Node): void {
    for (let node = parent.firstChild; node; node = node.nextSibling) this.read(node);
  }

  read(node: Node): void {
    const tag = node.nodeName.toLowerCase();
    if (tag === '#text' || tag === '#cdata-section') {
      this.inline.push((node.nodeValue ?? '').replace(/\s+/g, ' '));
    } else if (tag === 'br') {
      this.inline.push(LINE_BREAK);
    } else if (BLOCK_TAGS.has(tag)) {
      this.endParagraph();
      this.readBlock(node as Element, tag);
      this.endParagraph();
    } else if (!TEXTLESS_TAGS.has(tag)) {
      this.readChildren(node);
    }
  }

  private readBlock(element: Element, tag: string): void {
    if (/^h[1-6]$/.test(tag)) return this.add(readHeading(element, Number(tag[1])));
    switch (tag) {
      case 'pre':
        return this.add(readCode(element));
      case 'ul':
      case 'ol':
      case 'menu':
      case 'dir':
        return this.addList(readList(element));
      case 'dl':
        return this.addList(readDefinitions(element));
      case 'blockquote':
        return this.add(readQuote(element));
      case 'table':
        return isDataTable(element)
          ? readTable(element).forEach((block) => this.add(block))
          : this.readChildren(element);
      default:
        return this.readChildren(element);
    }
  }

  /** Lists of headings and tables arrange parts of a page; as list items they would lose their meaning. */
  private addList(list: ListBlock): void {
    const holdsParts = list.items.some((item) =>
      item.some(({ kind }) => kind === 'heading' || kind === 'table'),
    );
    if (holdsParts) list.items.flat().forEach((block) => this.add(block));
    else if (list.items.length > 0) this.add(list);
  }

  private endParagraph(): void {
    const paragraphs = this.inline.join('').split(/\n *\n[\n ]*/);
    this.inline = [];
    for (const paragraph of paragraphs) {
      const text = paragraph
        .replace(/ {2,}/g, ' ')
        .replace(/ ?\n ?/g, LINE_BREAK)
        .trim();
      if (text) this.add({ kind: 'text', text });
    }
  }

  private add(block: Block | undefined): void {
    if (block) this.blocks.push(block);
  }
}

function readHeading(element: Element, level: number): Block | undefined {
  const text = lineOf(element).replace(HEADING_ANCHOR, '');
  return text ? { kind: 'heading', level, text } : undefined;
}

function readQuote(element: Element): Block | undefined {
  const blocks = readBlocks(element);
  return blocks.length > 0 ? { kind: 'quote', blocks } : undefined;
}

function readList(element: Element): ListBlock {
  const items: Block[][] = [];
  for (let child = element.firstChild; child; child = child.nextSibling) {
    const blocks = child.nodeName.toLowerCase() === 'li' ? readBlocks(child) : readStray(child);
    if (blocks.length === 0) continue;
    const previous = items.at(-1);
    if (child.nodeName.toLowerCase() === 'li' || !previous) items.push(blocks);
    else previous.push(...blocks);
  }
  return { kind: 'list', firstNumber: firstNumberOf(element), items };
}

/** What stands in a list without being an item belongs to the item before it: nested lists often do. */
function readStray(node: Node): Block[] {
  const reader = new BlockReader();
  reader.read(node);
  return reader.finish();
}

function firstNumberOf(list: Element): number | undefined {
  if (list.localName !== 'ol') return undefined;
  const start = Number.parseInt(list.getAttribute('start') ?? '1', 10);
  return Number.isSafeInteger(start) ? start : 1;
}

/** Definitions become items that start with their term. */
function readDefinitions(list: Element): ListBlock {
  const items: Block[][] = [];
  const collect = (parent: Element): void => {
    for (let child = parent.firstElementChild; child; child = child.nextElementSibling) {
      if (child.localName === 'div') {
        collect(child);
        continue;
      }
      const blocks = readBlocks(child);
      const open = items.at(-1);
      if (child.localName === 'dt' || !open) items.push(blocks);
      else open.push(...blocks);
    }
  };
  collect(list);
  return { kind: 'list', items: items.filter((item) => item.length > 0) };
}
