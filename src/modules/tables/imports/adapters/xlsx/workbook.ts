import { FileUnreadable } from '../../imports.errors.js';
import { isDateFormat } from './excel-dates.js';
import { visit } from './xml-part.js';
import type { Zip } from './zip-file.js';

const MAX_PART_BYTES = 16_777_216;
const MAX_STRINGS_BYTES = 268_435_456;
const MAX_STRINGS_CHARACTERS = 33_554_432;

/** What the sheets of a workbook have in common. */
export interface Workbook {
  /** The parts in which the sheets are, by the sheets' names, in order. */
  readonly sheets: ReadonlyMap<string, string>;
  readonly isFrom1904: boolean;
}

/** What cells point to. */
export interface CellLexicon {
  readonly strings: readonly string[];
  /** Whether a style shows a number as a date. */
  readonly dateStyles: readonly boolean[];
  readonly isFrom1904: boolean;
}

/** @throws FileUnreadable */
export async function readWorkbook(zip: Zip): Promise<Workbook> {
  if (zip.has('xl/workbook.bin')) throw new FileUnreadable('it is an .xlsb workbook. Save it as .xlsx.');
  if (!zip.has('xl/workbook.xml')) throw new FileUnreadable('it is zipped, but no .xlsx workbook.');
  const targets = await targetsOf(zip);
  const sheets = new Map<string, string>();
  let isFrom1904 = false;
  await visit(zip.read('xl/workbook.xml'), MAX_PART_BYTES, {
    open: (name, attributes) => {
      if (name === 'workbookPr') isFrom1904 = /^(1|true|on)$/i.test(attributes['date1904'] ?? '');
      const target = name === 'sheet' ? targets.get(attributes['r:id'] ?? relationOf(attributes)) : undefined;
      if (target !== undefined && zip.has(target)) sheets.set(attributes['name'] ?? target, target);
    },
  });
  if (sheets.size === 0) throw new FileUnreadable('it has no sheet.');
  return { sheets, isFrom1904 };
}

/** @throws FileUnreadable */
export async function readLexicon(zip: Zip, { isFrom1904 }: Workbook): Promise<CellLexicon> {
  return { strings: await stringsOf(zip), dateStyles: await dateStylesOf(zip), isFrom1904 };
}

/** The prefix of relations may be another one. */
function relationOf(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
}

async function targetsOf(zip: Zip): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  if (!zip.has('xl/_rels/workbook.xml.rels')) return targets;
  await visit(zip.read('xl/_rels/workbook.xml.rels'), MAX_PART_BYTES, {
    open: (name, { Id = '', Target = '' }) => {
      if (name === 'Relationship') targets.set(Id, Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`);
    },
  });
  return targets;
}

async function stringsOf(zip: Zip): Promise<string[]> {
  const strings: string[] = [];
  if (!zip.has('xl/sharedStrings.xml')) return strings;
  const text = new StringItem();
  let characters = 0;
  await visit(zip.read('xl/sharedStrings.xml'), MAX_STRINGS_BYTES, {
    open: (name) => {
      text.open(name);
    },
    text: (piece) => {
      text.add(piece);
    },
    close: (name) => {
      text.close(name);
      if (name !== 'si') return;
      const string = text.take();
      characters += string.length;
      if (characters > MAX_STRINGS_CHARACTERS)
        throw new FileUnreadable('it holds too much text. Save it as CSV.');
      strings.push(string);
    },
  });
  return strings;
}

async function dateStylesOf(zip: Zip): Promise<boolean[]> {
  const styles: boolean[] = [];
  if (!zip.has('xl/styles.xml')) return styles;
  const codes = new Map<number, string>();
  let isWithin = false;
  await visit(zip.read('xl/styles.xml'), MAX_PART_BYTES, {
    open: (name, attributes) => {
      if (name === 'numFmt') codes.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '');
      if (name === 'cellXfs') isWithin = true;
      if (name !== 'xf' || !isWithin) return;
      const id = Number(attributes['numFmtId'] ?? 0);
      styles.push(isDateFormat(id, codes.get(id)));
    },
    close: (name) => {
      if (name === 'cellXfs') isWithin = false;
    },
  });
  return styles;
}

/** The text of a string, without how it is pronounced. */
export class StringItem {
  #text = '';
  #isText = false;
  #isPhonetic = false;

  open(name: string): void {
    if (name === 'rPh') this.#isPhonetic = true;
    if (name === 't') this.#isText = !this.#isPhonetic;
  }

  add(piece: string): void {
    if (this.#isText) this.#text += piece;
  }

  close(name: string): void {
    if (name === 'rPh') this.#isPhonetic = false;
    if (name === 't') this.#isText = false;
  }

  take(): string {
    const text = this.#text;
    this.#text = '';
    return text.includes('_x')
      ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
      : text;
  }
}
