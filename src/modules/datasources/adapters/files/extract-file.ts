import type { ExtractedFile, WholeFile } from '../../ports/file-extractor.port.js';
import { directionOfLanguage, languageOfText } from '../shared/text-language.js';
import { DocumentWriter } from './document-writer.js';
import { MEDIA_TYPES } from './media-types.js';
import { readCsv } from './read-csv.js';
import { readDocx } from './read-docx.js';
import { readEpub } from './read-epub.js';
import { readPdf } from './read-pdf.js';
import { readPptx } from './read-pptx.js';
import { readXlsx } from './read-xlsx.js';
import { Unreadable } from './unreadable.js';

type FileFormatReader = (body: Uint8Array, writer: DocumentWriter) => Promise<void>;

const READERS: Readonly<Record<string, FileFormatReader>> = {
  [MEDIA_TYPES.pdf]: readPdf,
  [MEDIA_TYPES.docx]: readDocx,
  [MEDIA_TYPES.xlsx]: readXlsx,
  [MEDIA_TYPES.pptx]: readPptx,
  [MEDIA_TYPES.epub]: readEpub,
  [MEDIA_TYPES.csv]: readCsv,
};

/** Reads a file. See `FileExtractor.extract` for what it promises; this is the part that takes the time. */
export async function extractFile({ body, mediaType }: WholeFile): Promise<ExtractedFile> {
  const read = READERS[mediaType];
  if (!read) throw new Unreadable('unsupported', mediaType);
  const writer = new DocumentWriter();
  await read(body, writer);
  const { markdown, places } = writer.finish();
  if (!/[\p{L}\p{N}]/u.test(markdown)) throw new Unreadable('without_text');
  const language = languageOfText(markdown);
  return {
    markdown,
    language,
    direction: directionOfLanguage(language),
    ...(places.length > 0 ? { places } : {}),
  };
}
