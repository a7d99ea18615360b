import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { FileBytes, FileRow, ImportFormat, ReadSettings } from '../import.types.js';
import { FileUnreadable } from '../imports.errors.js';
import { ROW_READERS } from './row-readers.js';

const GIGABYTE = 1_073_741_824;
const SETTINGS: ReadSettings = {
  ...{ format: 'csv', delimiter: ',', encoding: 'utf-8', hasHeader: true },
  ...{ sheet: null, width: null, decimal: '.', dateOrder: 'ymd' },
};

/** A file that is made as it is read, and how much of it was. */
function endless(piece: Buffer): FileBytes & { readonly taken: () => number } {
  let taken = 0;
  const source = function* (): Generator<Buffer> {
    while (taken < GIGABYTE) {
      taken += piece.length;
      yield piece;
    }
  };
  return { bytes: GIGABYTE, read: () => Readable.from(source()), taken: () => taken };
}

function fileOf(...chunks: readonly string[]): FileBytes {
  return {
    bytes: chunks.join('').length,
    read: () => Readable.from(chunks.map((chunk) => Buffer.from(chunk))),
  };
}

async function rowsOf(format: ImportFormat, file: FileBytes): Promise<FileRow[]> {
  const all: FileRow[] = [];
  for await (const { rows } of ROW_READERS[format].rows(file, { ...SETTINGS, format })) all.push(...rows);
  return all;
}

describe('row readers', () => {
  it.each<[ImportFormat, string, string]>([
    ['csv', 'a line of a gigabyte', 'x'],
    ['csv', 'a quote that is never closed', '"\n'],
    ['csv', 'more columns than there can be', ','],
    ['jsonl', 'a line of a gigabyte', '{'],
  ])('stop reading %s with %s as soon as that is clear', async (format, _, text) => {
    const file = endless(Buffer.from(text === '"\n' ? `"${'x\n'.repeat(32_767)}` : text.repeat(65_536)));

    await expect(rowsOf(format, file)).rejects.toBeInstanceOf(FileUnreadable);
    expect(file.taken()).toBeLessThan(8_388_608);
  });

  it('count rows as people do, also those that are blank, wherever pieces are cut', async () => {
    const text = 'a,b\r\n\r\n"x\r\ny",1\n\n\nz,2\r';
    const whole = await rowsOf('csv', fileOf(text));

    expect(whole).toEqual([
      { number: 1, cells: ['a', 'b'] },
      { number: 3, cells: ['x\r\ny', '1'] },
      { number: 6, cells: ['z', '2'] },
    ]);
    expect(await rowsOf('csv', fileOf(...Array.from(text)))).toEqual(whole);
  });

  it('tell of lines that are no JSON object, and read the others', async () => {
    const rows = await rowsOf('jsonl', fileOf('{"a":1}\r\n', '\n[1]\n{"a"', ':2}\nx'));

    expect(rows.map(({ number, cells, problem }) => [number, cells, problem])).toEqual([
      [1, { a: 1 }, undefined],
      [3, {}, 'is no JSON object'],
      [4, { a: 2 }, undefined],
      [5, {}, 'is no JSON object'],
    ]);
  });
});
