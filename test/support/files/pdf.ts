/** A line of a page: its text, the size of its letters, and where it begins. */
export interface PdfTextLine {
  readonly text: string;
  readonly size?: number;
  readonly left?: number;
  readonly bottom?: number;
}

export interface PdfOptions {
  /** Asks for a password that nobody knows. */
  readonly isEncrypted?: boolean;
}

const LINE_HEIGHT = 14;
const TOP = 740;

/** Makes a PDF of lines of text, page by page. A page without lines is empty, as one that was scanned. */
export function pdf(pages: readonly (readonly (string | PdfTextLine)[])[], options: PdfOptions = {}): Buffer {
  const kids = pages.map((_, index) => `${4 + 2 * index} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap((lines, index) => {
      const content = contentOf(lines);
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + 2 * index} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ];
    }),
  ];
  return assembled(objects, options);
}

function contentOf(lines: readonly (string | PdfTextLine)[]): string {
  return lines
    .map((line, index) => {
      const { text, size = 11, left = 72, bottom } = typeof line === 'string' ? { text: line } : line;
      const escaped = text.replace(/[\\()]/g, '\\$&');
      return `BT /F1 ${size} Tf ${left} ${bottom ?? TOP - index * LINE_HEIGHT} Td (${escaped}) Tj ET`;
    })
    .join('\n');
}

function assembled(objects: readonly string[], { isEncrypted }: PdfOptions): Buffer {
  const secret = '5c'.repeat(32);
  const all = isEncrypted
    ? [...objects, `<< /Filter /Standard /V 1 /R 2 /O <${secret}> /U <${secret}> /P -4 >>`]
    : objects;
  let text = '%PDF-1.4\n';
  const offsets = all.map((body, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const lock = isEncrypted ? `/Encrypt ${all.length} 0 R /ID [<${secret}> <${secret}>]` : '';
  const xref = `xref\n0 ${all.length + 1}\n0000000000 65535 f \n${entries}`;
  const trailer = `trailer\n<< /Size ${all.length + 1} /Root 1 0 R ${lock} >>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + xref + trailer, 'latin1');
}
