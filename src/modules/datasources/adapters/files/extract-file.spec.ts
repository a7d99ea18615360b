import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import {
  docx,
  epub,
  pptx,
  wordItem,
  wordParagraph,
  wordTable,
  xlsx,
} from '../../../../../test/support/files/office.js';
import { pdf } from '../../../../../test/support/files/pdf.js';
import { zip } from '../../../../../test/support/files/zip.js';
import { Archive } from './archive.js';
import { extractFile } from './extract-file.js';
import { extract } from './extract-file.worker.js';
import { MEDIA_TYPES } from './media-types.js';
import { Unreadable } from './unreadable.js';

const WORDS = 'The lamp comes with a warranty of two years.';
const ENTITIES = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>`;
const EXTERNAL = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>`;

/** As the worker says it. */
const reasonOf = async (body: Uint8Array, mediaType: string): Promise<string> => {
  const outcome = await extract({ body, mediaType });
  return 'failure' in outcome ? outcome.failure.reason : 'read';
};

describe('a PDF', () => {
  it('is read with headings, paragraphs and the pages on which they stand', async () => {
    const body = pdf([
      [
        { text: 'Lamp guide', size: 22 },
        { text: 'All about the', bottom: 700 },
        { text: 'new lamp.', bottom: 686 },
      ],
      [
        { text: 'Warranty', size: 16 },
        { text: WORDS, bottom: 700 },
      ],
    ]);

    const { markdown, places = [] } = await extractFile({ body, mediaType: MEDIA_TYPES.pdf });

    expect(markdown).toBe(`# Lamp guide\n\nAll about the new lamp.\n\n## Warranty\n\n${WORDS}`);
    expect(places).toEqual([
      { offset: 0, unit: 'page', number: 1 },
      { offset: markdown.indexOf('## Warranty'), unit: 'page', number: 2 },
    ]);
  });

  it('keeps the rows of a table apart, and puts words together that a line broke', async () => {
    const body = pdf([
      [
        ...[
          { text: 'Model', bottom: 700 },
          { text: 'Price', left: 300, bottom: 700 },
        ],
        ...[
          { text: 'Aurora', bottom: 686 },
          { text: '89 EUR', left: 300, bottom: 686 },
        ],
        ...[
          { text: 'It shines in the dark-', bottom: 600 },
          { text: 'ness.', bottom: 586 },
        ],
      ],
    ]);

    const { markdown } = await extractFile({ body, mediaType: MEDIA_TYPES.pdf });

    expect(markdown).toBe('Model | Price\nAurora | 89 EUR\n\nIt shines in the darkness.');
  });

  it.each([
    ['encrypted', 'encrypted', pdf([[WORDS]], { isEncrypted: true })],
    ['scanned, so without words', 'without_text', pdf([[], []])],
    ['cut off', 'corrupt', Buffer.from('%PDF-1.7\nnothing else')],
  ])('that is %s is refused as %s', async (_, reason, body) => {
    expect(await reasonOf(body, MEDIA_TYPES.pdf)).toBe(reason);
  });
});

describe('a document of Word', () => {
  it('is read with headings by style, lists and tables', async () => {
    const body = docx(
      [
        wordParagraph('Lamp guide', 'berschrift1'),
        wordParagraph('Fish & chips <b>'),
        ...[wordItem('Plug it in'), wordItem('Press the knob', 1)],
        wordTable([
          ['Model', 'Price'],
          ['Aurora', '89 | EUR'],
        ]),
      ].join(''),
    );

    const { markdown } = await extractFile({ body, mediaType: MEDIA_TYPES.docx });

    expect(markdown).toBe(
      '# Lamp guide\n\nFish & chips <b>\n\n- Plug it in\n  - Press the knob\n\n| Model | Price |\n| --- | --- |\n| Aurora | 89 \\| EUR |',
    );
  });

  it('is read without what was deleted, macros and copies for older programs', async () => {
    const body = docx(
      `<w:p><w:del><w:r><w:delText>old price</w:delText></w:r></w:del><w:r><w:t>new price</w:t></w:r></w:p>
       <w:p><mc:AlternateContent><mc:Choice><w:r><w:t>once</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>twice</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>`,
      { 'word/vbaProject.bin': 'Sub AutoOpen() Shell "calc" End Sub' },
    );

    const { markdown } = await extractFile({ body, mediaType: MEDIA_TYPES.docx });

    expect(markdown).toBe('new price\n\nonce');
  });

  it.each([
    ['that declares entities of entities', ENTITIES],
    ['that declares an external entity', EXTERNAL],
    ['that declares one beside the document type', '<?xml version="1.0"?><!ENTITY a "b">'],
  ])('is refused %s', async (_, start) => {
    const body = docx('', {
      'word/document.xml': `${start}<w:document>${wordParagraph('&lol2;')}</w:document>`,
    });

    expect(await reasonOf(body, MEDIA_TYPES.docx)).toBe('declares_entities');
  });

  it.each([
    ['encrypted', docx('', { 'word/document.xml': { content: 'x', isEncrypted: true } })],
    ['unsupported', zip({ 'other.txt': WORDS })],
    ['without_text', docx('<w:p/>')],
    ['corrupt', Buffer.from('PK\u0003\u0004 and then nothing')],
    ['corrupt', docx('<w:p>'.repeat(600))],
  ])('is refused as %s', async (reason, body) => {
    expect(await reasonOf(body, MEDIA_TYPES.docx)).toBe(reason);
  });
});

describe('a workbook', () => {
  it('is read row by row with the names of its columns, its sheets and the numbers of its rows', async () => {
    const body = xlsx({
      Prices: [
        ['Price list'],
        ['Model', 'Price', 'Since'],
        ['Aurora', 89.5, { date: 46_082 }],
        ['Borealis', 120],
      ],
      Notes: [['Ask for a discount.']],
    });

    const { markdown, places = [] } = await extractFile({ body, mediaType: MEDIA_TYPES.xlsx });

    expect(markdown.split('\n\n')).toEqual([
      ...['## Prices', 'Price list', 'Model: Aurora; Price: 89.5; Since: 2026-03-01'],
      ...['Model: Borealis; Price: 120', '## Notes', 'Ask for a discount.'],
    ]);
    expect(
      places.map(({ number, sheet, offset }) => [sheet, number, markdown.slice(offset, offset + 5)]),
    ).toEqual([
      ...[
        ['Prices', 1, '## Pr'],
        ['Prices', 3, 'Model'],
        ['Prices', 4, 'Model'],
        ['Notes', 1, '## No'],
      ],
    ]);
  });

  it('is read with its shared texts, and without hidden sheets', async () => {
    const body = xlsx(
      { Shown: [['A', 'B']], Hidden: [['Secret']] },
      {
        'xl/workbook.xml':
          '<workbook><sheets><sheet name="Shown" r:id="rId1"/><sheet name="Hidden" state="veryHidden" r:id="rId2"/></sheets></workbook>',
        'xl/sharedStrings.xml':
          '<sst><si><r><t>Night </t></r><r><t>lamp</t></r><rPh><t>sound</t></rPh></si></sst>',
        'xl/worksheets/sheet1.xml': '<worksheet><row r="7"><c r="C7" t="s"><v>0</v></c></row></worksheet>',
      },
    );

    const { markdown, places } = await extractFile({ body, mediaType: MEDIA_TYPES.xlsx });

    expect(markdown).toBe('## Shown\n\nNight lamp');
    expect(places).toMatchObject([{ number: 7, sheet: 'Shown' }]);
  });
});

it('a presentation is read slide by slide', async () => {
  const body = pptx([
    { title: 'Lamp guide', lines: ['New in spring'] },
    { title: 'Warranty', lines: [WORDS, 'Keep the bill'] },
  ]);

  const { markdown, places = [] } = await extractFile({ body, mediaType: MEDIA_TYPES.pptx });

  expect(markdown).toBe(`## Lamp guide\n\n- New in spring\n\n## Warranty\n\n- ${WORDS}\n- Keep the bill`);
  expect(places.map(({ unit, number }) => `${unit} ${number}`)).toEqual(['slide 1', 'slide 2']);
});

describe('a book', () => {
  it('is read chapter by chapter, in its order', async () => {
    const body = epub([
      `<h1>One</h1><p>Once upon<br/>a time</p><script>alert(1)</script><ul><li>first</li><li><p>second</p></li></ul>`,
      `<h1>Two</h1><table><tr><th>Model</th><th>Price</th></tr><tr><td><p>Aurora</p></td><td>89</td></tr></table>`,
    ]);

    const { markdown } = await extractFile({ body, mediaType: MEDIA_TYPES.epub });

    expect(markdown).toBe(
      '# One\n\nOnce upon\n\na time\n\n- first\n- second\n\n# Two\n\n| Model | Price |\n| --- | --- |\n| Aurora | 89 |',
    );
  });

  it('is refused when its chapters are encrypted, and read when only its fonts are', async () => {
    const encryption = (algorithm: string) => ({
      'META-INF/encryption.xml': `<e><enc:EncryptionMethod Algorithm="${algorithm}"/></e>`,
    });

    expect(
      await reasonOf(
        epub(['<p>x</p>'], encryption('http://www.w3.org/2001/04/xmlenc#aes128-cbc')),
        MEDIA_TYPES.epub,
      ),
    ).toBe('encrypted');
    expect(
      await reasonOf(epub(['<p>x</p>'], encryption('http://www.idpf.org/2008/embedding')), MEDIA_TYPES.epub),
    ).toBe('read');
  });
});

describe('a table of values', () => {
  it.each([
    ['commas', 'Model,Price\nAurora,"89, or so"\n'],
    ['semicolons and quotes that span lines', 'Model;Price\r\nAurora;"89,\r\nor so"\r\n'],
    ['tabs', '\ufeffModel\tPrice\nAurora\t89, or so'],
  ])('is read by its %s', async (_, text) => {
    const { markdown, places } = await extractFile({ body: Buffer.from(text), mediaType: MEDIA_TYPES.csv });

    expect(markdown).toBe('Model: Aurora; Price: 89, or so');
    expect(places).toMatchObject([{ unit: 'row' }]);
  });

  it('is no place for code: what stands in cells is text', async () => {
    const body = Buffer.from('Name,Value\n=cmd|calc,"# Heading"\n');

    const { markdown } = await extractFile({ body, mediaType: MEDIA_TYPES.csv });

    expect(markdown).toBe('Name: =cmd|calc; Value: # Heading');
  });
});

describe('an archive', () => {
  const limits = { maxEntries: 3, maxUnpackedBytes: 1_000 };
  const reading = async (archive: Buffer): Promise<string> => {
    try {
      const content = await Archive.open(archive, limits);
      await buffer(Readable.from(content.read('bomb')));
      return 'read';
    } catch (error) {
      return error instanceof Unreadable ? error.reason : 'failed';
    }
  };

  it('that says that it unpacks to too much is refused before it is unpacked', async () => {
    expect(await reading(zip({ bomb: 'a'.repeat(5_000) }))).toBe('unpacks_too_large');
  });

  it('that says less than it unpacks to is let go at its limit', async () => {
    expect(await reading(zip({ bomb: { content: 'a'.repeat(5_000), declaredBytes: 10 } }))).not.toBe('read');
  });

  it('of too many parts is refused', async () => {
    expect(await reading(zip({ a: '1', b: '2', c: '3', d: '4' }))).toBe('unpacks_too_large');
  });

  it('within its limits is read', async () => {
    expect(await reading(zip({ bomb: 'a'.repeat(900) }))).toBe('read');
  });
});
