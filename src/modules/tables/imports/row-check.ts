import { type EncodedRecord, REQUIRED, TOO_LARGE } from '../records/record-values.js';
import { type Field, type HostedTable, MAX_RECORD_BYTES } from '../tables.types.js';
import { cellOf, readCell } from '../values/field-kinds.js';
import { Misfit } from '../values/misfit.js';
import type { FittingRow } from './batch-writer.js';
import { cellAt, readImported } from './imported-cells.js';
import type { ColumnMapping, FileRow, ReadSettings, Rejection } from './import.types.js';
import { ImportOutdated } from './imports.errors.js';

const SHOWN_CHARACTERS = 200;
const MAX_BYTES_OF_CHARACTER = 3;

/** Rows that fit their fields, and what is wrong with the others. */
export interface CheckedRows {
  readonly fitting: readonly FittingRow[];
  readonly rejections: readonly Rejection[];
  /** How many rows do not fit. */
  readonly rejected: number;
}

/** A column of the file, and the field that it goes into. */
interface Column extends Omit<ColumnMapping, 'fieldId'> {
  readonly field: Field;
}

/** Checks rows of a file by the same rules as records that are written one by one. */
export class RowCheck {
  readonly #columns: readonly Column[];
  readonly #places: ReadonlyMap<Field, number>;
  /** What fields get that the file has no column for. */
  readonly #defaults: readonly (string | null)[];
  /** Fields that no row of the file can fill in. */
  readonly #missing: readonly Field[];
  readonly #names: ReadonlyMap<string, string>;
  readonly #isUtf8: boolean;

  /** @throws ImportOutdated when a field is gone. */
  constructor(
    readonly table: HostedTable,
    mapping: readonly ColumnMapping[],
    private readonly settings: ReadSettings,
  ) {
    const fields = new Map(table.fields.map((field) => [field.id, field]));
    this.#columns = mapping.map(({ at, name, fieldId }) => {
      const field = fields.get(fieldId);
      if (!field) throw new ImportOutdated();
      return { at, name, field };
    });
    const unnamed = table.fields.filter((field) => !this.#columns.some((column) => column.field === field));
    const byDefault = unnamed.filter((field) => field.default !== null);
    this.#defaults = byDefault.map((field) => readCell(field, field.default ?? ''));
    this.#missing = unnamed.filter((field) => field.required && field.default === null);
    this.#places = new Map(
      [...this.#columns.map(({ field }) => field), ...byDefault].map((field, at) => [field, at]),
    );
    this.#names = new Map(this.#columns.map(({ field, name }) => [field.key, name]));
    this.#isUtf8 = settings.encoding === 'utf-8' && settings.format !== 'xlsx';
  }

  /** The fields that records get values of. */
  get filled(): readonly Field[] {
    return [...this.#places.keys()];
  }

  rows(rows: readonly FileRow[]): CheckedRows {
    const fitting: FittingRow[] = [];
    const rejections: Rejection[] = [];
    for (const row of rows) {
      const problems: Rejection[] = [];
      const texts = this.#texts(row, problems);
      if (problems.length === 0)
        fitting.push({ number: row.number, values: new RowValues(this.#places, texts) });
      else rejections.push(...problems);
    }
    return { fitting, rejections, rejected: rows.length - fitting.length };
  }

  /** What the column of a field is called in the file. */
  nameOf(key: string): string {
    return this.#names.get(key) ?? key;
  }

  #texts(row: FileRow, problems: Rejection[]): readonly (string | null)[] {
    const texts: (string | null)[] = [];
    const shape = row.problem ?? this.#problemOfShape(row);
    if (shape !== undefined) {
      problems.push({ rowNumber: row.number, column: null, value: null, reason: shape });
      return texts;
    }
    let characters = 0;
    for (const column of this.#columns) {
      const value = cellAt(row, column.at);
      const read = this.#read(column.field, value);
      const text = read instanceof Misfit ? null : read;
      characters += text?.length ?? 0;
      texts.push(text);
      if (read instanceof Misfit) problems.push(rejection(row, column.name, value, read.message));
      else if (text === null && column.field.required)
        problems.push(rejection(row, column.name, value, REQUIRED));
    }
    for (const { key } of this.#missing) problems.push(rejection(row, key, null, REQUIRED));
    if (characters * MAX_BYTES_OF_CHARACTER > MAX_RECORD_BYTES && bytesOf(texts) > MAX_RECORD_BYTES)
      problems.push({ rowNumber: row.number, column: null, value: null, reason: TOO_LARGE });
    texts.push(...this.#defaults);
    return texts;
  }

  #read(field: Field, value: unknown): string | null | Misfit {
    try {
      if (this.#isUtf8 && typeof value === 'string' && value.includes('\ufffd'))
        return new Misfit('holds bytes that are no UTF-8');
      return readImported(field, value, this.settings);
    } catch (error) {
      if (error instanceof Misfit) return error;
      throw error;
    }
  }

  /** A cell beyond the last column: something was cut in the wrong place. */
  #problemOfShape({ cells }: FileRow): string | undefined {
    const { width } = this.settings;
    if (width === null || !Array.isArray(cells) || cells.length <= width) return undefined;
    const extra = cells.slice(width).some((cell) => cell !== null && cell !== '');
    return extra ? `has ${String(cells.length)} cells where there are ${String(width)} columns` : undefined;
  }
}

/** The values of a row, without a map of its own for each of very many. */
class RowValues implements EncodedRecord {
  constructor(
    private readonly places: ReadonlyMap<Field, number>,
    private readonly texts: readonly (string | null)[],
  ) {}

  get(field: Field): string | null | undefined {
    const place = this.places.get(field);
    return place === undefined ? undefined : this.texts[place];
  }
}

function bytesOf(texts: readonly (string | null)[]): number {
  return texts.reduce((bytes, text) => bytes + (text === null ? 0 : Buffer.byteLength(text)), 0);
}

function rejection(row: FileRow, column: string, value: unknown, reason: string): Rejection {
  const shown = cellOf(value).slice(0, SHOWN_CHARACTERS).replaceAll('\0', '\ufffd').toWellFormed();
  return { rowNumber: row.number, column, value: shown, reason };
}
