import type { FieldProblem } from '#common/errors';
import { RecordCheck } from '../records/record-values.js';
import type { HostedTable } from '../tables.types.js';
import { cellOf } from '../values/field-kinds.js';
import { Misfit } from '../values/misfit.js';
import type { FittingRow } from './batch-writer.js';
import { cellAt, readImported } from './imported-cells.js';
import type { ColumnMapping, FileRow, ReadSettings, Rejection } from './import.types.js';
import { ImportOutdated } from './imports.errors.js';

const SHOWN_CHARACTERS = 200;

/** Rows that fit their fields, and what is wrong with the others. */
export interface CheckedRows {
  readonly fitting: readonly FittingRow[];
  readonly rejections: readonly Rejection[];
  /** How many rows do not fit. */
  readonly rejected: number;
}

/** Checks rows of a file by the same rules as records that are written one by one. */
export class RowCheck {
  readonly #check: RecordCheck;
  readonly #places: readonly { readonly key: string; readonly at: number | string }[];
  readonly #names: ReadonlyMap<string, string>;

  /** @throws ImportOutdated when a field is gone. */
  constructor(
    readonly table: HostedTable,
    mapping: readonly ColumnMapping[],
    private readonly settings: ReadSettings,
  ) {
    const keys = new Map(table.fields.map(({ id, key }) => [id, key]));
    const isUtf8 = settings.encoding === 'utf-8' && settings.format !== 'xlsx';
    this.#places = mapping.map(({ at, fieldId }) => {
      const key = keys.get(fieldId);
      if (key === undefined) throw new ImportOutdated();
      return { key, at };
    });
    this.#names = new Map(mapping.map(({ name, fieldId }) => [keys.get(fieldId) ?? '', name]));
    this.#check = new RecordCheck(table, (field, value) => {
      if (isUtf8 && typeof value === 'string' && value.includes('\ufffd'))
        throw new Misfit('holds bytes that are no UTF-8');
      return readImported(field, value, settings);
    });
  }

  rows(rows: readonly FileRow[]): CheckedRows {
    const fitting: FittingRow[] = [];
    const rejections: Rejection[] = [];
    for (const row of rows) {
      const shape = row.problem ?? this.#problemOfShape(row);
      if (shape !== undefined) {
        rejections.push({ rowNumber: row.number, column: null, value: null, reason: shape });
        continue;
      }
      const raw: Record<string, unknown> = {};
      for (const { key, at } of this.#places) raw[key] = cellAt(row, at) ?? null;
      const values = this.#check.created(raw, '');
      const problems = this.#check.takeProblems();
      if (problems.length === 0) fitting.push({ number: row.number, values });
      else rejections.push(...problems.map((problem) => this.#rejection(row, raw, problem)));
    }
    return { fitting, rejections, rejected: rows.length - fitting.length };
  }

  /** What the column of a field is called in the file. */
  nameOf(key: string): string {
    return this.#names.get(key) ?? key;
  }

  /** A cell beyond the last column: something was cut in the wrong place. */
  #problemOfShape({ cells }: FileRow): string | undefined {
    const { width } = this.settings;
    if (width === null || !Array.isArray(cells) || cells.length <= width) return undefined;
    const extra = cells.slice(width).some((cell) => cell !== null && cell !== '');
    return extra ? `has ${String(cells.length)} cells where there are ${String(width)} columns` : undefined;
  }

  #rejection(
    { number }: FileRow,
    raw: Readonly<Record<string, unknown>>,
    { path, message }: FieldProblem,
  ): Rejection {
    const key = path.slice(1);
    const value =
      key === ''
        ? null
        : cellOf(raw[key]).slice(0, SHOWN_CHARACTERS).replaceAll('\0', '\ufffd').toWellFormed();
    return { rowNumber: number, column: key === '' ? null : this.nameOf(key), value, reason: message };
  }
}
