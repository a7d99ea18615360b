import type { Rejection } from './import.types.js';

const HEADER = 'row,column,value,reason\r\n';
/** What programs take for the beginning of a formula, blanks before it included. */
const FORMULA = /^[\s\u00a0]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** The report of what an import did not take, for a program that shows tables. */
export async function* rejectionsAsCsv(
  rejections: AsyncIterable<readonly Rejection[]>,
): AsyncGenerator<string> {
  yield HEADER;
  for await (const some of rejections)
    yield (
      some
        .map(({ rowNumber, column, value, reason }) =>
          [String(rowNumber), ...[column, value, reason].map((text) => cellOf(text ?? ''))].join(','),
        )
        .join('\r\n') + '\r\n'
    );
}

function cellOf(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
