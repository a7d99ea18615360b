import type { ExportFormatName, PartState, RowColumn, Rows } from '../export.types.js';

/** How a file is to be. */
export interface FormatSettings {
  readonly columns: readonly RowColumn[];
  /** IANA name of the zone in which times are told. */
  readonly timeZone: string;
  /** Whether a text begins with the mark by which some programs know UTF-8. */
  readonly bom: boolean;
  /** What the rows are, in a word. */
  readonly title: string;
}

/** The end of a part: its last bytes, and what has to be known to go on. */
export interface PartEnd {
  readonly bytes: Uint8Array;
  readonly state: PartState;
}

/**
 * Writes one file in parts, which joined together are the file. What is given back is bytes that follow those before,
 * and are good until the next call.
 * A part holds as much in memory as its format needs to end it.
 */
export interface FormatEncoder {
  /** Values that were cut since it was opened. */
  readonly cutValues: number;
  /** What stands before the first row; of a new file only. */
  begin(): Uint8Array | Promise<Uint8Array>;
  encode(rows: Rows): Uint8Array | Promise<Uint8Array>;
  endPart(): PartEnd | Promise<PartEnd>;
  /** What stands after the last row. */
  finish(): Uint8Array | Promise<Uint8Array>;
}

/** A kind of file. */
export abstract class ExportFormat {
  abstract readonly name: ExportFormatName;
  /** Whether it gets much smaller when it is compressed. */
  abstract readonly isText: boolean;
  /** @param done the states of the parts that are written, in order; none for a new file. */
  abstract open(settings: FormatSettings, done: readonly PartState[]): FormatEncoder;
}
