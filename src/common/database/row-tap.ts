import type { Duplex } from 'node:stream';
import { PackedRows } from './packed-rows.js';

/** Of each message: its kind, and how long it is without that. */
const HEAD_BYTES = 5;
const DATA_ROW = 0x44;
const READY_FOR_QUERY = 0x5a;
const NOTHING: Buffer = Buffer.alloc(0);
const FIRST_BYTES = 65_536;

type DataListener = (chunk: Buffer) => void;
/** What becomes of a message: rows are kept, those that are too many dropped, and all others passed on. */
type Fate = 'kept' | 'dropped' | 'passed';

/**
 * Takes the rows of one statement off a connection as they come, and lets its driver see all other messages: that would
 * make a string of each value, which takes several times as long as all else. Ends with the statement.
 */
export class RowTap {
  readonly #listeners: readonly DataListener[];
  readonly #listen: DataListener = (chunk) => {
    this.#read(chunk);
  };
  /** A head of which only the beginning has come. */
  #begun = NOTHING;
  /** How much of the message is still to come. */
  #left = 0;
  #fate: Fate = 'passed';
  #kept = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #keptBytes = 0;
  /** Of the rows that are kept, in full. */
  #bytes = 0;
  #length = 0;
  #isCut = false;

  /** @param maxBytes of rows that are kept; one row is, however long. */
  constructor(
    private readonly stream: Duplex,
    private readonly maxBytes: number,
  ) {
    this.#listeners = stream.listeners('data') as DataListener[];
    stream.removeAllListeners('data');
    stream.on('data', this.#listen);
  }

  rows(): PackedRows {
    return new PackedRows(this.#kept.subarray(0, this.#keptBytes), this.#length, this.#isCut);
  }

  #read(received: Buffer): void {
    const chunk = this.#begun.length > 0 ? Buffer.concat([this.#begun, received]) : received;
    this.#begun = NOTHING;
    let isPassed = false;
    let begin = 0;
    let at = Math.min(this.#left, chunk.length);
    this.#left -= at;
    while (at < chunk.length) {
      const isWhole = chunk.length - at >= HEAD_BYTES;
      const fate = isWhole ? this.#fateOf(chunk, at) : 'passed';
      if (fate !== this.#fate || !isWhole) {
        isPassed ||= this.#fate === 'passed';
        this.#hand(chunk.subarray(begin, at));
        begin = at;
        this.#fate = fate;
      }
      if (!isWhole) {
        this.#begun = Buffer.from(chunk.subarray(at));
        begin = chunk.length;
        break;
      }
      if (chunk[at] === READY_FOR_QUERY) break;
      const end = at + 1 + chunk.readInt32BE(at + 1);
      at = Math.min(end, chunk.length);
      this.#left = end - at;
    }
    // Before the driver hears of it, since it may begin with the next statement then.
    if (at < chunk.length && this.#begun.length === 0) this.#end();
    this.#hand(chunk.subarray(begin));
    isPassed ||= begin < chunk.length && this.#fate === 'passed';
    if (!isPassed) free(received);
  }

  #fateOf(chunk: Buffer, at: number): Fate {
    if (chunk[at] !== DATA_ROW) return 'passed';
    const bytes = chunk.readInt32BE(at + 1) + 1;
    this.#isCut ||= this.#length > 0 && this.#bytes + bytes > this.maxBytes;
    if (this.#isCut) return 'dropped';
    this.#bytes += bytes;
    this.#length += 1;
    return 'kept';
  }

  #hand(piece: Buffer): void {
    if (piece.length === 0 || this.#fate === 'dropped') return;
    if (this.#fate === 'kept') this.#keep(piece);
    else for (const listener of this.#listeners) listener.call(this.stream, piece);
  }

  #keep(piece: Buffer): void {
    const needed = this.#keptBytes + piece.length;
    if (needed > this.#kept.length) {
      const { buffer } = this.#kept;
      this.#kept = Buffer.from(buffer.transfer(Math.max(needed, 2 * this.#kept.length)));
    }
    this.#keptBytes += piece.copy(this.#kept, this.#keptBytes);
  }

  #end(): void {
    this.stream.off('data', this.#listen);
    for (const listener of this.#listeners) this.stream.on('data', listener);
  }
}

/**
 * Gives memory back at once. The collector would not see it for long, since there are few objects, and then look through
 * the whole heap for it.
 */
function free({ buffer, length }: Buffer): void {
  if (buffer.byteLength === length) (buffer as ArrayBuffer).transfer(0);
}
