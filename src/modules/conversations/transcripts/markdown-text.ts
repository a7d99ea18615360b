const LINE_ENDS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;
/** All but tabs; terminals obey them. */
const CONTROLS = /(?!\t)\p{Cc}/gu;
/** What begins emphasis, code, links, pictures, markup, entities, tables, mentions and formulas. */
const MARKS = /[\\`*_{}[\]()<>&~|@$^!]/g;
/** What is made a link without any marks. */
const BARE_LINKS = /:(?=\/\/)|(?<=\bwww)\./gi;
const HARD_BREAK = '\\';

/** Text that Markdown shows as it is, on one line. */
export function inlineMarkdown(text: string): string {
  return text.split(LINE_ENDS).map(lineOf).join(' ');
}

/** Text that Markdown shows as it is, with its lines, as a quotation. */
export function quotedMarkdown(text: string): string {
  const lines = text.split(LINE_ENDS).map(lineOf);
  const isFollowed = (index: number): boolean => lines[index] !== '' && (lines[index + 1] ?? '') !== '';
  return lines.map((line, index) => `> ${line}${isFollowed(index) ? HARD_BREAK : ''}`.trimEnd()).join('\n');
}

/** An address as a link, where it is one of the web. */
export function linkedMarkdown(url: string): string {
  return /^https?:\/\/[^\s<>\p{Cc}]+$/u.test(url) ? `<${url}>` : inlineMarkdown(url);
}

function lineOf(line: string): string {
  const clean = line.replace(CONTROLS, '').trimEnd();
  const text = clean.trimStart();
  // Four spaces would make it code.
  const indent = clean
    .slice(0, clean.length - text.length)
    .replaceAll('\t', '    ')
    .replaceAll(/\s/g, '\u00a0');
  return (
    indent +
    text
      .replace(MARKS, '\\$&')
      .replace(BARE_LINKS, '\\$&')
      .replace(/^(?:[#+=-]|(\d{1,9})(?=\.))/, escapedStart)
  );
}

/** Of headings, lists and rules. */
function escapedStart(start: string, number: string | undefined): string {
  return number === undefined ? `\\${start}` : `${number}\\`;
}
