import { getDocumentProxy } from 'unpdf';
import type { DocumentWriter } from './document-writer.js';
import { type PdfLine, PdfPageLines } from './pdf-lines.js';
import { Unreadable } from './unreadable.js';

const MAX_PAGES = 10_000;
/** How much larger than the usual text a heading is, for each level. */
const HEADING_SIZES = [1.6, 1.3, 1.12] as const;
const MAX_HEADING_CHARS = 200;
/** Lines further apart than this, in heights of a line, are two paragraphs. */
const PARAGRAPH_GAP = 1.7;
const BULLET = /^[•◦▪‣●○■–-]\s+/;

/** Page by page, with headings by the size of their letters. Nothing in the file is run, and no font is loaded. */
export async function readPdf(body: Uint8Array, writer: DocumentWriter): Promise<void> {
  const document = await openPdf(body);
  if (document.numPages > MAX_PAGES) throw new Unreadable('too_long');
  const pages: PdfLine[][] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(new PdfPageLines(items.filter((item) => 'str' in item)).lines);
    page.cleanup();
  }
  const usualSize = usualSizeOf(pages.flat());
  pages.forEach((lines, index) => {
    writer.place('page', index + 1);
    writePage(lines, usualSize, writer);
  });
}

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

async function openPdf(body: Uint8Array): Promise<PdfDocument> {
  try {
    return await getDocumentProxy(new Uint8Array(body), {
      ...{ isEvalSupported: false, disableFontFace: true, useSystemFonts: false, verbosity: 0 },
      ...{ enableXfa: false, stopAtErrors: false },
    });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    throw name === 'PasswordException' ? new Unreadable('encrypted') : new Unreadable('corrupt', name);
  }
}

/** The size in which most characters are set. */
function usualSizeOf(lines: readonly PdfLine[]): number {
  const chars = new Map<number, number>();
  for (const { size, text } of lines) chars.set(size, (chars.get(size) ?? 0) + text.length);
  return [...chars].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0];
}

function writePage(lines: readonly PdfLine[], usualSize: number, writer: DocumentWriter): void {
  let paragraph: PdfLine[] = [];
  const end = (): void => {
    writeParagraph(paragraph, usualSize, writer);
    paragraph = [];
  };
  for (const line of lines) {
    const last = paragraph.at(-1);
    if (last && isApart(last, line)) end();
    paragraph.push(line);
  }
  end();
}

function isApart(last: PdfLine, line: PdfLine): boolean {
  const gap = last.bottom - line.bottom;
  const isFar = gap < 0 || gap > PARAGRAPH_GAP * Math.max(last.size, line.size);
  return isFar || last.size !== line.size || last.isRow !== line.isRow || BULLET.test(line.text);
}

function writeParagraph(lines: readonly PdfLine[], usualSize: number, writer: DocumentWriter): void {
  const [first] = lines;
  if (!first) return;
  const text = first.isRow ? lines.map((line) => line.text).join('\n') : joined(lines);
  const level = HEADING_SIZES.findIndex((factor) => first.size >= usualSize * factor) + 1;
  if (level > 0 && text.length <= MAX_HEADING_CHARS && /\p{L}/u.test(text)) writer.heading(level, text);
  else if (BULLET.test(text)) writer.item(0, text.replace(BULLET, ''));
  else writer.paragraph(text);
}

/** Lines of running text as one, without the hyphens at which words were broken. */
function joined(lines: readonly PdfLine[]): string {
  return lines
    .map(({ text }) => text.trim())
    .reduce((text, line) =>
      /\p{L}-$/u.test(text) && /^\p{Ll}/u.test(line) ? text.slice(0, -1) + line : `${text} ${line}`,
    );
}
