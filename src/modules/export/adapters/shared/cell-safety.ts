/**
 * What programs that show tables take for the beginning of a formula: also after blanks, line ends and quotes, and in full
 * width.
 */
const FORMULA = /^[\s"'`\u00a0\u200b\u2060\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
/** Letters and digits, with which nearly all texts begin. */
export const isPlain = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);

/** Whether a program could take the text for a formula. */
export function startsFormula(text: string): boolean {
  return text !== '' && !isPlain(text.charCodeAt(0)) && FORMULA.test(text);
}
