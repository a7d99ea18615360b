import type { FileBytes, FileRows, ReadSettings } from '../../import.types.js';
import { FileUnreadable } from '../../imports.errors.js';
import type { RowReader } from '../../ports/row-reader.port.js';
import { SheetRows } from './sheet-rows.js';
import { readLexicon, readWorkbook } from './workbook.js';
import { XmlPart } from './xml-part.js';
import { Zip } from './zip-file.js';

/** More than a sheet of a million rows takes that people work with. */
const MAX_SHEET_BYTES = 4_294_967_296;

/** Reads a sheet of a workbook. Of the file only the texts that its cells share are held in memory. */
export class XlsxRowReader implements RowReader {
  async *rows(file: FileBytes, { sheet }: ReadSettings): AsyncGenerator<FileRows> {
    const zip = await Zip.open(file);
    try {
      const workbook = await readWorkbook(zip);
      const part = sheet === null ? [...workbook.sheets.values()][0] : workbook.sheets.get(sheet);
      if (part === undefined) throw new FileUnreadable(`it has no sheet ${String(sheet)}.`);
      const rows = new SheetRows(await readLexicon(zip, workbook));
      const markup = new XmlPart(rows);
      const size = Math.max(1, zip.sizeOf(part));
      let read = 0;
      for await (const chunk of zip.read(part)) {
        read += chunk.length;
        if (read > MAX_SHEET_BYTES) throw new FileUnreadable('the sheet is too large. Save it as CSV.');
        markup.take(chunk);
        yield { rows: rows.take(), bytesRead: Math.floor(file.bytes * Math.min(1, read / size)) };
      }
      markup.end();
      yield { rows: rows.take(), bytesRead: file.bytes };
    } finally {
      zip.close();
    }
  }

  /** The names of the sheets, in order. @throws FileUnreadable */
  async sheets(file: FileBytes): Promise<string[]> {
    const zip = await Zip.open(file);
    try {
      return [...(await readWorkbook(zip)).sheets.keys()];
    } finally {
      zip.close();
    }
  }
}
