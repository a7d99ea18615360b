import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { FileRows } from './import.types.js';
import { BATCH_ROWS, batchesOf } from './row-batches.js';

async function sizesOf(pieces: readonly FileRows[]): Promise<(readonly [rows: number, bytesRead: number])[]> {
  const sizes: (readonly [number, number])[] = [];
  for await (const { rows, bytesRead } of batchesOf(Readable.from(pieces)))
    sizes.push([rows.length, bytesRead]);
  return sizes;
}

function rowsOf(count: number, cell: string): FileRows['rows'] {
  return Array.from({ length: count }, (_, index) => ({ number: index + 1, cells: [cell] }));
}

describe('batchesOf', () => {
  it('puts so many rows together, and what is left at the end', async () => {
    const pieces = [
      { rows: rowsOf(BATCH_ROWS - 1, 'x'), bytesRead: 10 },
      { rows: rowsOf(2, 'x'), bytesRead: 20 },
    ];

    expect(await sizesOf(pieces)).toEqual([
      [BATCH_ROWS, 20],
      [1, 20],
    ]);
  });

  it('ends a batch sooner where cells are long, or where the file is', async () => {
    const long = { rows: rowsOf(10, 'x'.repeat(1_000_000)), bytesRead: 10 };
    const nested = { rows: [{ number: 1, cells: { deep: ['x'] } }], bytesRead: 9_000_000 };

    expect(await sizesOf([long])).toEqual([
      [4, 10],
      [4, 10],
      [2, 10],
    ]);
    expect(await sizesOf([nested, nested])).toEqual([
      [1, 9_000_000],
      [1, 9_000_000],
    ]);
  });

  it('makes no batch of nothing', async () => {
    expect(await sizesOf([{ rows: [], bytesRead: 10 }])).toEqual([]);
  });
});
