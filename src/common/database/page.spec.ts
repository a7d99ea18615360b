import { describe, expect, it } from '@jest/globals';
import { InvalidFields } from '#common/errors';
import { newId } from './ids.js';
import { decodeCursor, encodeCursor, toPage } from './page.js';

describe('cursors', () => {
  it('come back as they were given', () => {
    const id = newId();

    expect(decodeCursor(encodeCursor(id))).toBe(id);
  });

  it.each(['', 'abc', 'MQ', Buffer.from("' or 1=1 --").toString('base64url'), `${encodeCursor(newId())}x`])(
    'refuses the forged cursor "%s"',
    (forged) => {
      expect(() => decodeCursor(forged)).toThrow(InvalidFields);
    },
  );
});

describe('toPage', () => {
  const rows = [{ id: newId() }, { id: newId() }, { id: newId() }];

  it('names the next page when there is one', () => {
    expect(toPage(rows, 2)).toEqual({ data: rows.slice(0, 2), nextCursor: encodeCursor(rows[1]?.id ?? '') });
  });

  it('ends with the last page', () => {
    expect(toPage(rows, 3).nextCursor).toBeNull();
  });
});
