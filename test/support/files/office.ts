import { zip, type ZipPart } from './zip.js';

type Parts = Readonly<Record<string, string | ZipPart>>;
/** A cell: a text, a number, or what a style makes of a number. */
export type Cell = string | number | { readonly date: number };

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

const typesOf = (main: string, type: string): string =>
  `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${main}" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A paragraph of Word. */
export function wordParagraph(text: string, style?: string): string {
  const properties = style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : '';
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r></w:p>`;
}

export function wordItem(text: string, depth = 0): string {
  return `<w:p><w:pPr><w:numPr><w:ilvl w:val="${depth}"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>${escaped(text)}</w:t></w:r></w:p>`;
}

export function wordTable(rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]): string =>
    row.map((cell) => `<w:tc>${wordParagraph(cell)}</w:tc>`).join('');
  return `<w:tbl>${rows.map((row) => `<w:tr>${cells(row)}</w:tr>`).join('')}</w:tbl>`;
}

/** A document of Word, whose style of headings is called as it is in German. */
export function docx(body: string, more: Parts = {}): Buffer {
  return zip({
    '[Content_Types].xml': typesOf('word/document.xml', 'wordprocessingml.document'),
    'word/document.xml': `${XML}<w:document ${W}><w:body>${body}</w:body></w:document>`,
    'word/styles.xml': `${XML}<w:styles ${W}><w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>`,
    ...more,
  });
}

/** A workbook: sheets by their names, with rows of cells. */
export function xlsx(
  sheets: Readonly<Record<string, readonly (readonly Cell[])[]>>,
  more: Parts = {},
): Buffer {
  const names = Object.keys(sheets);
  const listed = names.map(
    (name, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`,
  );
  const related = names.map(
    (_, i) => `<Relationship Id="rId${i + 1}" Target="worksheets/sheet${i + 1}.xml"/>`,
  );
  return zip({
    '[Content_Types].xml': typesOf('xl/workbook.xml', 'spreadsheetml.sheet'),
    'xl/workbook.xml': `${XML}<workbook ${R}><sheets>${listed.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships>${related.join('')}</Relationships>`,
    'xl/styles.xml': `${XML}<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
    ...Object.fromEntries(
      Object.values(sheets).map((rows, i) => [`xl/worksheets/sheet${i + 1}.xml`, sheetOf(rows)]),
    ),
    ...more,
  });
}

function sheetOf(rows: readonly (readonly Cell[])[]): string {
  const cellOf = (cell: Cell): string => {
    if (typeof cell === 'string') return `<c t="inlineStr"><is><t>${escaped(cell)}</t></is></c>`;
    if (typeof cell === 'number') return `<c><v>${cell}</v></c>`;
    return `<c s="1"><v>${cell.date}</v></c>`;
  };
  const lines = rows.map((row, i) => `<row r="${i + 1}">${row.map(cellOf).join('')}</row>`);
  return `${XML}<worksheet><sheetData>${lines.join('')}</sheetData></worksheet>`;
}

/** A presentation: for each slide its title and its lines. */
export function pptx(
  slides: readonly { readonly title: string; readonly lines: readonly string[] }[],
): Buffer {
  const listed = slides.map((_, i) => `<p:sldId id="${256 + i}" r:id="rId${i + 1}"/>`);
  const related = slides.map((_, i) => `<Relationship Id="rId${i + 1}" Target="slides/slide${i + 1}.xml"/>`);
  const shape = (type: string, lines: readonly string[]): string =>
    `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${type}"/></p:nvPr></p:nvSpPr><p:txBody>${lines.map((line) => `<a:p><a:r><a:t>${escaped(line)}</a:t></a:r></a:p>`).join('')}</p:txBody></p:sp>`;
  return zip({
    '[Content_Types].xml': typesOf('ppt/presentation.xml', 'presentationml.presentation'),
    'ppt/presentation.xml': `${XML}<p:presentation ${R}><p:sldIdLst>${listed.join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': `${XML}<Relationships>${related.join('')}</Relationships>`,
    ...Object.fromEntries(
      slides.map(({ title, lines }, i) => [
        `ppt/slides/slide${i + 1}.xml`,
        `${XML}<p:sld>${shape('title', [title])}${shape('body', lines)}</p:sld>`,
      ]),
    ),
  });
}

/** A book of chapters, each the inside of a `body`. */
export function epub(chapters: readonly string[], more: Parts = {}): Buffer {
  const items = chapters.map((_, i) => `<item id="c${i}" href="text/chapter%20${i}.xhtml"/>`);
  const order = chapters.map((_, i) => `<itemref idref="c${i}"/>`);
  return zip({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml': `${XML}<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>`,
    'OEBPS/book.opf': `${XML}<package><manifest>${items.join('')}</manifest><spine>${order.join('')}</spine></package>`,
    ...Object.fromEntries(
      chapters.map((body, i) => [
        `OEBPS/text/chapter ${i}.xhtml`,
        `${XML}<!DOCTYPE html><html><head><title>Not shown</title></head><body>${body}</body></html>`,
      ]),
    ),
    ...more,
  });
}
