import { Archive } from './archive.js';
import type { DocumentWriter } from './document-writer.js';
import { readRelations, readXml } from './read-xml.js';
import { MAX_COLUMNS, RowWriter } from './rows.js';
import { Unreadable } from './unreadable.js';

const MAIN_PART = 'xl/workbook.xml';
const DAY_MS = 86_400_000;
/** Days from 30 December 1899, from which Excel counts, to 1970; on old Macs it counts from 1904. */
const EPOCH_DAYS = 25_569;
const EPOCH_DAYS_1904 = 24_107;
/** Formats of dates and times that have no code of their own. */
const DATE_FORMATS = [14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47];
const LAST_DAY = 2_958_466;

interface Sheet {
  readonly name: string;
  readonly id: string;
}

interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly epochDays: number;
}

/** What the cells of a workbook refer to. */
interface Shared {
  readonly strings: readonly string[];
  /** Whether cells of a style are dates, by the number of the style. */
  readonly dateStyles: readonly boolean[];
  readonly epochDays: number;
}

/** Sheet by sheet, each row with the names of its columns. Formulas count as what they came to when it was saved. */
export async function readXlsx(body: Uint8Array, writer: DocumentWriter): Promise<void> {
  const archive = await Archive.open(body);
  if (!archive.has(MAIN_PART)) throw new Unreadable('unsupported', 'an archive without a workbook');
  const { sheets, epochDays } = await readWorkbook(archive);
  const parts = await readRelations(archive, MAIN_PART);
  const shared = {
    ...{ strings: await readStrings(archive), dateStyles: await readDateStyles(archive), epochDays },
  };
  for (const { name, id } of sheets) {
    await readXml(archive, parts.get(id) ?? '', new SheetReading(new RowWriter(writer, name), shared));
  }
}

/** Sheets that are hidden were not meant to be read. */
async function readWorkbook(archive: Archive): Promise<Workbook> {
  const sheets: Sheet[] = [];
  let epochDays = EPOCH_DAYS;
  await readXml(archive, MAIN_PART, {
    open: (tag, { name, state, date1904, 'r:id': id }) => {
      if (tag === 'sheet' && name && id && !state?.toLowerCase().includes('hidden'))
        sheets.push({ name, id });
      if (tag === 'workbookPr' && /^(?:1|true)$/.test(date1904 ?? '')) epochDays = EPOCH_DAYS_1904;
    },
  });
  return { sheets, epochDays };
}

async function readStrings(archive: Archive): Promise<string[]> {
  const strings: string[] = [];
  let [isText, isSound] = [false, false];
  await readXml(archive, 'xl/sharedStrings.xml', {
    open: (name) => {
      if (name === 'si') strings.push('');
      if (name === 'rPh') isSound = true;
      isText = name === 't' && !isSound;
    },
    text: (text) => {
      if (isText) strings.push((strings.pop() ?? '') + text);
    },
    close: (name) => {
      if (name === 'rPh') isSound = false;
      isText = false;
    },
  });
  return strings;
}

async function readDateStyles(archive: Archive): Promise<boolean[]> {
  const formats = new Set(DATE_FORMATS);
  const styles: boolean[] = [];
  let isStyle = false;
  await readXml(archive, 'xl/styles.xml', {
    open: (name, { numFmtId, formatCode = '' }) => {
      const isDate = /[ymdhs]/i.test(formatCode.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ''));
      if (name === 'numFmt' && isDate) formats.add(Number(numFmtId));
      if (name === 'cellXfs') isStyle = true;
      if (name === 'xf' && isStyle) styles.push(formats.has(Number(numFmtId)));
    },
    close: (name) => {
      if (name === 'cellXfs') isStyle = false;
    },
  });
  return styles;
}

/** One pass over a sheet. */
class SheetReading {
  #row = 0;
  #cells: string[] = [];
  #column = -1;
  #type = '';
  #style = 0;
  #value = '';
  #isValue = false;

  constructor(
    private readonly rows: RowWriter,
    private readonly shared: Shared,
  ) {}

  readonly open = (name: string, { r, t, s }: Readonly<Record<string, string>>): void => {
    if (name === 'row') {
      this.#row = Number(r) || this.#row + 1;
      [this.#cells, this.#column] = [[], -1];
    }
    if (name === 'c') {
      this.#column = columnOf(r) ?? this.#column + 1;
      [this.#type, this.#style, this.#value] = [t ?? 'n', Number(s ?? -1), ''];
    }
    this.#isValue = name === 'v' || name === 't';
  };

  readonly text = (text: string): void => {
    if (this.#isValue) this.#value += text;
  };

  readonly close = (name: string): void => {
    this.#isValue = false;
    if (name === 'c' && this.#column < MAX_COLUMNS) this.#setCell();
    if (name === 'row')
      this.rows.row(
        this.#row,
        Array.from(this.#cells, (cell: string | undefined) => cell ?? ''),
      );
  };

  #setCell(): void {
    const shown = this.#shown();
    if (shown !== '') this.#cells[this.#column] = shown;
  }

  #shown(): string {
    switch (this.#type) {
      case 's':
        return this.shared.strings[Number(this.#value)] ?? '';
      case 'b':
        return this.#value === '1' ? 'true' : 'false';
      case 'e':
        return '';
      case 'n':
        return this.shared.dateStyles[this.#style] ? dateOf(this.#value, this.shared.epochDays) : this.#value;
      default:
        return this.#value;
    }
  }
}

/** `C7` -> 2. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^([A-Z]{1,3})\d/.exec(reference ?? '')?.[1];
  if (!letters) return undefined;
  return Array.from(letters).reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** A day as `2026-03-01`, with a time where it has one; less than a day is a time. */
function dateOf(value: string, epochDays: number): string {
  const days = Number(value);
  if (value === '' || !Number.isFinite(days) || days < 0 || days > LAST_DAY) return value;
  const [date = '', time = ''] = new Date(Math.round((days - epochDays) * DAY_MS)).toISOString().split('T');
  const clock = time.slice(0, 5);
  if (days < 1) return clock;
  return Number.isInteger(days) ? date : `${date} ${clock}`;
}
