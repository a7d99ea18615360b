import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { PackedRows } from './packed-rows.js';
import { RowTap } from './row-tap.js';

const ROWS: readonly (readonly (string | null)[])[] = [
  ['1', 'Grüße 😀', null],
  ['2', '', 'x'.repeat(300)],
  ['3', null, 'end'],
];

function message(kind: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind, 0);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const BEFORE = message('T', Buffer.from('columns'));
const AFTER = [message('C', Buffer.from('SELECT 3\0')), message('Z', Buffer.from('I'))];
const NEXT = message('A', Buffer.from('heard later'));

function answered(rows: Buffer, ...further: readonly Buffer[]): Buffer {
  return Buffer.concat([BEFORE, rows, ...AFTER, ...further]);
}

/** What a tap made of an answer that came in these pieces, and what its driver saw. */
function tapped(pieces: readonly Buffer[], maxBytes = 1_000): { rows: PackedRows; passed: Buffer } {
  const stream = new PassThrough();
  const passed: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => passed.push(Buffer.from(chunk)));
  const tap = new RowTap(stream, maxBytes);
  for (const piece of pieces) stream.emit('data', Buffer.from(piece));
  return { rows: tap.rows(), passed: Buffer.concat(passed) };
}

const textsOf = (rows: PackedRows): (string | null)[][] =>
  rows.texts(0).map((_, row) => [0, 1, 2].map((column) => rows.texts(column)[row] ?? null));

describe('a tap of rows', () => {
  const { bytes } = PackedRows.of(ROWS);
  const all = answered(bytes);

  it('takes the rows, and passes all else, wherever the pieces end', () => {
    for (let cut = 1; cut < all.length; cut += 1) {
      const { rows, passed } = tapped([all.subarray(0, cut), all.subarray(cut)]);

      expect(textsOf(rows)).toEqual(ROWS);
      expect(passed).toEqual(Buffer.concat([BEFORE, ...AFTER]));
    }
  });

  it('takes them byte by byte', () => {
    const { rows, passed } = tapped(Array.from(all, (byte) => Buffer.of(byte)));

    expect(textsOf(rows)).toEqual(ROWS);
    expect(passed).toEqual(Buffer.concat([BEFORE, ...AFTER]));
  });

  it('ends with the statement', () => {
    const { rows, passed } = tapped([answered(bytes, NEXT), bytes]);

    expect(rows.length).toBe(3);
    expect(passed).toEqual(Buffer.concat([BEFORE, ...AFTER, NEXT, bytes]));
  });

  it('leaves out what would be too much, but never the first row', () => {
    const { rows } = tapped([all], 1);

    expect(textsOf(rows)).toEqual(ROWS.slice(0, 1));
    expect(rows.isCut).toBe(true);
    expect(tapped([all]).rows.isCut).toBe(false);
  });

  it('passes an error that comes in the place of rows', () => {
    const error = message('E', Buffer.from('SERROR\0'));

    const { rows, passed } = tapped([Buffer.concat([BEFORE, bytes, error, ...AFTER.slice(1)])]);

    expect(rows.length).toBe(3);
    expect(passed).toEqual(Buffer.concat([BEFORE, error, ...AFTER.slice(1)]));
  });
});

describe('packed rows', () => {
  it('know their last row', () => {
    expect(textsOf(PackedRows.of(ROWS).last())).toEqual(ROWS.slice(-1));
    expect(PackedRows.of([]).last().texts(0)).toEqual([]);
  });
});
