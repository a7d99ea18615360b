import { Archive } from './archive.js';
import type { DocumentWriter } from './document-writer.js';
import { readXml } from './read-xml.js';
import { Unreadable } from './unreadable.js';

const MAIN_PART = 'word/document.xml';
/** Says the same once more, for older programs. */
const FALLBACK = 'mc:Fallback';

/** What Word shows as running text: headings by their styles, lists, tables. */
export async function readDocx(body: Uint8Array, writer: DocumentWriter): Promise<void> {
  const archive = await Archive.open(body);
  if (!archive.has(MAIN_PART)) throw new Unreadable('unsupported', 'an archive without a document of Word');
  const reading = new DocxReading(writer, await headingStyles(archive));
  await readXml(archive, MAIN_PART, reading);
}

/** Which level of heading each style stands for, whatever it is called in the language of its writer. */
async function headingStyles(archive: Archive): Promise<ReadonlyMap<string, number>> {
  const levels = new Map<string, number>();
  let style = '';
  await readXml(archive, 'word/styles.xml', {
    open: (name, attributes) => {
      const value = attributes['w:val'] ?? '';
      if (name === 'w:style') style = attributes['w:styleId'] ?? '';
      const level = /^heading (\d)$/i.exec(value)?.[1] ?? (/^title$/i.test(value) ? '1' : undefined);
      if (name === 'w:name' && level) levels.set(style, Number(level));
      if (name === 'w:outlineLvl' && Number(value) < 6) levels.set(style, Number(value) + 1);
    },
  });
  return levels;
}

interface Paragraph {
  text: string;
  level?: number;
  depth?: number;
}

/** One pass over the document. A paragraph can hold others, in text boxes; they come before it. */
class DocxReading {
  readonly #paragraphs: Paragraph[] = [];
  readonly #tables: string[][][] = [];
  #isText = false;
  #skipped = 0;

  constructor(
    private readonly writer: DocumentWriter,
    private readonly headings: ReadonlyMap<string, number>,
  ) {}

  readonly open = (name: string, attributes: Readonly<Record<string, string>>): void => {
    if (name === FALLBACK) this.#skipped += 1;
    if (this.#skipped > 0) return;
    const paragraph = this.#paragraphs.at(-1);
    switch (name) {
      case 'w:p':
        this.#paragraphs.push({ text: '' });
        return;
      case 'w:tbl':
        this.#tables.push([]);
        return;
      case 'w:tr':
        this.#tables.at(-1)?.push([]);
        return;
      case 'w:tc':
        this.#tables.at(-1)?.at(-1)?.push('');
        return;
      case 'w:t':
        this.#isText = true;
        return;
      default:
        if (paragraph) this.#note(paragraph, name, attributes['w:val'] ?? '');
    }
  };

  readonly text = (text: string): void => {
    const paragraph = this.#paragraphs.at(-1);
    if (this.#isText && paragraph) paragraph.text += text;
  };

  readonly close = (name: string): void => {
    if (name === FALLBACK) this.#skipped -= 1;
    if (this.#skipped > 0) return;
    if (name === 'w:t') this.#isText = false;
    if (name === 'w:p') this.#endParagraph();
    if (name === 'w:tbl') this.#endTable();
  };

  #note(paragraph: Paragraph, name: string, value: string): void {
    if (name === 'w:tab') paragraph.text += '\t';
    if (name === 'w:br' || name === 'w:cr') paragraph.text += '\n';
    if (name === 'w:pStyle') paragraph.level = this.headings.get(value) ?? paragraph.level;
    if (name === 'w:numPr') paragraph.depth ??= 0;
    if (name === 'w:ilvl') paragraph.depth = Number(value) || 0;
  }

  #endParagraph(): void {
    const { text = '', level, depth } = this.#paragraphs.pop() ?? {};
    const row = this.#tables.at(-1)?.at(-1);
    if (row && row.length > 0) {
      const cell = row.length - 1;
      row[cell] = [row[cell], text].filter(Boolean).join(' ');
    } else if (level !== undefined) this.writer.heading(level, text);
    else if (depth !== undefined) this.writer.item(depth, text);
    else this.writer.paragraph(text);
  }

  /** A table in a cell becomes the text of that cell. */
  #endTable(): void {
    const rows = this.#tables.pop() ?? [];
    const outer = this.#tables.at(-1)?.at(-1);
    if (outer && outer.length > 0) {
      const cell = outer.length - 1;
      outer[cell] = [outer[cell], ...rows.map((row) => row.join(' '))].filter(Boolean).join(' ');
    } else this.writer.table(rows);
  }
}
