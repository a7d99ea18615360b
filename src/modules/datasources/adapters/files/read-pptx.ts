import { Archive } from './archive.js';
import type { DocumentWriter } from './document-writer.js';
import { readRelations, readXml } from './read-xml.js';
import { Unreadable } from './unreadable.js';

const MAIN_PART = 'ppt/presentation.xml';

/** Slide by slide: its title as a heading, then its texts and tables in the order of the file. */
export async function readPptx(body: Uint8Array, writer: DocumentWriter): Promise<void> {
  const archive = await Archive.open(body);
  if (!archive.has(MAIN_PART)) throw new Unreadable('unsupported', 'an archive without a presentation');
  const parts = await readRelations(archive, MAIN_PART);
  const ids: string[] = [];
  await readXml(archive, MAIN_PART, {
    open: (name, { 'r:id': id }) => {
      if (name === 'p:sldId' && id) ids.push(id);
    },
  });
  for (const [index, id] of ids.entries()) {
    writer.place('slide', index + 1);
    const reading = new SlideReading();
    await readXml(archive, parts.get(id) ?? '', reading);
    reading.writeTo(writer);
  }
}

interface Line {
  readonly text: string;
  readonly depth: number;
}

/** One pass over a slide. */
class SlideReading {
  readonly #titles: string[] = [];
  readonly #body: (Line | string[][])[] = [];
  #table: string[][] | undefined;
  #isTitle = false;
  #isText = false;
  #line = '';
  #depth = 0;

  readonly open = (name: string, attributes: Readonly<Record<string, string>>): void => {
    if (name === 'p:sp') this.#isTitle = false;
    if (name === 'p:ph') this.#isTitle = /^(?:title|ctrTitle)$/.test(attributes['type'] ?? '');
    if (name === 'a:tbl') this.#table = [];
    if (name === 'a:tr') this.#table?.push([]);
    if (name === 'a:tc') this.#table?.at(-1)?.push('');
    if (name === 'a:p') [this.#line, this.#depth] = ['', 0];
    if (name === 'a:pPr') this.#depth = Number(attributes['lvl'] ?? 0) || 0;
    if (name === 'a:br') this.#line += ' ';
    if (name === 'a:t') this.#isText = true;
  };

  readonly text = (text: string): void => {
    if (this.#isText) this.#line += text;
  };

  readonly close = (name: string): void => {
    if (name === 'a:t') this.#isText = false;
    if (name === 'a:p') this.#endLine();
    if (name === 'a:tbl' && this.#table) {
      this.#body.push(this.#table);
      this.#table = undefined;
    }
  };

  writeTo(writer: DocumentWriter): void {
    writer.heading(2, this.#titles.join(' '));
    for (const part of this.#body) {
      if (Array.isArray(part)) writer.table(part);
      else writer.item(part.depth, part.text);
    }
  }

  #endLine(): void {
    const text = this.#line.trim();
    const row = this.#table?.at(-1);
    if (text === '') return;
    if (row && row.length > 0) row[row.length - 1] = [row.at(-1), text].filter(Boolean).join(' ');
    else if (this.#isTitle) this.#titles.push(text);
    else this.#body.push({ text, depth: this.#depth });
  }
}
