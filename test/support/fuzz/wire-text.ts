/** A request line and its headers may have 16 KiB together. */
const LONGEST_IN_TARGET = 300;
const LONGEST_HEADER = 1_000;

/** Percent-encoded; halves of surrogate pairs too, as a careless client would. */
export function escaped(text: string): string {
  return Array.from(text)
    .slice(0, LONGEST_IN_TARGET)
    .map((sign) => (sign.isWellFormed() ? encodeURIComponent(sign) : '%ED%A0%80'))
    .join('');
}

/** What of a text can stand in a request line as it is. */
export function targetText(text: string): string {
  return (
    encodedAsLatin1(text)
      .replaceAll(/[^\u0021-\u00ff]/g, '')
      .slice(0, LONGEST_IN_TARGET) || 'x'
  );
}

/** What of a text a header can hold. */
export function headerText(text: string): string {
  return encodedAsLatin1(text)
    .replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '')
    .slice(0, LONGEST_HEADER);
}

function encodedAsLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
