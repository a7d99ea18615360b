import { describe, expect, it } from '@jest/globals';
import { copyFromBlob, copyInStatement, copyLine, isCopyIn } from './copy-in.js';

describe('rows for COPY', () => {
  it.each<[readonly (string | null)[], string]>([
    [['a', null, ''], 'a\t\\N\t\n'],
    [['\\N', '\\.'], '\\\\N\t\\\\.\n'],
    [['tab\there', 'two\r\nlines'], 'tab\\there\ttwo\\r\\nlines\n'],
    [['"quoted", with comma'], '"quoted", with comma\n'],
  ])('%j become a line that stands for nothing else', (values, line) => {
    expect(copyLine(values)).toBe(line);
  });

  it('are taken by a statement that every connection knows', () => {
    const statement = copyInStatement('hosted.t_1', ['id', 'f_1']);

    expect(statement).toBe('copy hosted.t_1 (id, f_1) from stdin');
    expect(isCopyIn(statement)).toBe(true);
    expect(isCopyIn('copy t (id) to stdout')).toBe(false);
    expect(copyFromBlob(statement)).toBe(`copy hosted.t_1 (id, f_1) from '/dev/blob'`);
  });
});
