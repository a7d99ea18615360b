import { afterEach, describe, expect, it } from '@jest/globals';
import { docx, wordParagraph, xlsx } from '../../../../../test/support/files/office.js';
import { FileCorrupt, FileTooComplex } from '../../file.errors.js';
import { MEDIA_TYPES } from './media-types.js';
import { ThreadedFileExtractor } from './threaded.file-extractor.js';

/** A workbook that takes longer to read than anybody waits here. */
const endless = (): Buffer =>
  xlsx(
    { A: [['a']] },
    {
      'xl/worksheets/sheet1.xml': `<worksheet>${'<row><c><v>1</v></c></row>'.repeat(2_000_000)}</worksheet>`,
    },
  );

describe('reading files in a thread', () => {
  let extractor = new ThreadedFileExtractor();

  afterEach(() => extractor.onApplicationShutdown());

  it('gives the text of a file', async () => {
    const file = await extractor.extract({ body: docx(wordParagraph('Hello')), mediaType: MEDIA_TYPES.docx });

    expect(file).toMatchObject({ markdown: 'Hello' });
  });

  it('ends what takes too long, and reads the next file all the same', async () => {
    extractor = new ThreadedFileExtractor({ timeoutMs: 300 });
    const slow = extractor.extract({ body: endless(), mediaType: MEDIA_TYPES.xlsx });

    await expect(slow).rejects.toThrow(FileTooComplex);
    extractor = new ThreadedFileExtractor();
    await expect(
      extractor.extract({ body: docx(wordParagraph('Hello')), mediaType: MEDIA_TYPES.docx }),
    ).resolves.toMatchObject({ markdown: 'Hello' });
  });

  it('says of a broken file that it is broken', async () => {
    const broken = extractor.extract({ body: Buffer.from('PK'), mediaType: MEDIA_TYPES.docx });

    await expect(broken).rejects.toThrow(FileCorrupt);
  });
});
