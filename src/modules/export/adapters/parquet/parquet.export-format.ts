import { zstdCompressSync } from 'node:zlib';
import { ByteWriter, type ColumnSource, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { Rows } from '#common/rows';
import type { ColumnType, PartState, Row, RowColumn, RowValue } from '../../export.types.js';
import {
  ExportFormat,
  type FormatEncoder,
  type FormatSettings,
  type PartEnd,
} from '../../ports/export-format.port.js';

/** Rows are held in memory until they are one group, or come to so much. */
const GROUP_ROWS = 2_000;
const GROUP_BYTES = 4 * 1_048_576;
const NOTHING = new Uint8Array();

type RowGroups = ParquetWriter['row_groups'];

/** What a part holds: its groups of rows, with numbers beyond JSON as texts. */
interface GroupsState {
  readonly bytes: number;
  readonly rows: string;
  readonly groups: unknown;
}

/** Typed columns, compressed by Zstandard. Decimals are doubles, times milliseconds in UTC, JSON its text. */
export class ParquetExportFormat extends ExportFormat {
  readonly name = 'parquet';
  readonly isText = false;

  open({ columns }: FormatSettings, done: readonly PartState[]): FormatEncoder {
    return new ParquetEncoder(columns, done as readonly GroupsState[]);
  }
}

class ParquetEncoder implements FormatEncoder {
  readonly cutValues = 0;
  readonly #writer: ParquetWriter;
  readonly #bytes = new ByteWriter(1_048_576);
  #rows: Row[] = [];
  #size = 0;
  #groupsTold: number;

  constructor(
    private readonly columns: readonly RowColumn[],
    done: readonly GroupsState[],
  ) {
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaOf(columns),
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => zstdCompressSync(input) },
      createdBy: 'colloquy',
    });
    const last = done.at(-1);
    if (last) this.#resume(done, last);
    this.#groupsTold = this.#writer.row_groups.length;
  }

  begin(): Uint8Array {
    return this.#taken();
  }

  encode(rows: Rows): Uint8Array {
    for (const row of rows.values()) {
      this.#rows.push(row);
      for (const value of row) this.#size += typeof value === 'string' ? value.length + 4 : 8;
    }
    if (this.#rows.length < GROUP_ROWS && this.#size < GROUP_BYTES) return NOTHING;
    this.#writeGroup();
    return this.#taken();
  }

  endPart(): PartEnd {
    this.#writeGroup();
    const bytes = this.#taken();
    const groups = this.#writer.row_groups.slice(this.#groupsTold);
    this.#groupsTold = this.#writer.row_groups.length;
    const state: GroupsState = {
      bytes: this.#bytes.offset,
      rows: String(this.#writer.num_rows),
      groups: frozen(groups),
    };
    return { bytes, state };
  }

  finish(): Uint8Array {
    void this.#writer.finish();
    return this.#taken();
  }

  #resume(done: readonly GroupsState[], { bytes, rows }: GroupsState): void {
    this.#writer.row_groups = done.flatMap(({ groups }) => thawed(groups) as RowGroups);
    this.#writer.num_rows = BigInt(rows);
    this.#bytes.index = 0;
    this.#bytes.offset = bytes;
  }

  #writeGroup(): void {
    if (this.#rows.length === 0) return;
    const columnData = this.columns.map(({ name, type }, index): ColumnSource => {
      const value = VALUE_OF[type];
      const data = this.#rows.map((row) => {
        const one = row[index];
        return one === null || one === undefined ? null : value(one);
      });
      return { name, data, offsetIndex: false };
    });
    void this.#writer.write({ columnData, rowGroupSize: this.#rows.length });
    // Indexes of pages would be kept until the end, and are not written.
    this.#writer.pendingIndexes = [];
    this.#rows = [];
    this.#size = 0;
  }

  /** What was written since. */
  #taken(): Uint8Array {
    const bytes = new Uint8Array(this.#bytes.getBuffer());
    this.#bytes.index = 0;
    return bytes;
  }
}

const VALUE_OF: Readonly<Record<ColumnType, (value: Exclude<RowValue, null>) => unknown>> = {
  text: String,
  integer: (value) => BigInt(Math.trunc(Number(value))),
  decimal: Number,
  boolean: Boolean,
  timestamp: (value) => new Date(Number(value)),
  json: (value) => JSON.parse(String(value)) as unknown,
};

const ELEMENT_OF: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  integer: { type: 'INT64' },
  decimal: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  timestamp: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  json: { type: 'BYTE_ARRAY', converted_type: 'JSON' },
};

function schemaOf(columns: readonly RowColumn[]): SchemaElement[] {
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }): SchemaElement => ({
      name,
      repetition_type: 'OPTIONAL',
      ...ELEMENT_OF[type],
    })),
  ];
}

/** As JSON, which knows neither integers of 64 bits, nor times, nor bytes. */
function frozen(value: unknown): unknown {
  if (typeof value === 'bigint') return { $int: String(value) };
  if (value instanceof Date) return { $time: value.getTime() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(frozen);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, frozen(one)]));
}

function thawed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(thawed);
  if (typeof value !== 'object' || value === null) return value;
  const [[key, one] = []] = Object.entries(value);
  if (key === '$int') return BigInt(String(one));
  if (key === '$time') return new Date(Number(one));
  if (key === '$bytes') return new Uint8Array(Buffer.from(String(one), 'base64'));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, thawed(inner)]));
}
