import { fileTypeFromBuffer } from 'file-type';
import { FileEncrypted, FileUnsupported } from '../../file.errors.js';
import { MEDIA_TYPES, type MediaType } from './media-types.js';

const OFFICE = 'application/vnd.openxmlformats-officedocument.';
/** What the first bytes of a file can tell that it is. Files with macros are read like those without. */
const BY_CONTENT: Readonly<Record<string, MediaType>> = {
  'application/pdf': MEDIA_TYPES.pdf,
  'application/epub+zip': MEDIA_TYPES.epub,
  [`${OFFICE}wordprocessingml.document`]: MEDIA_TYPES.docx,
  [`${OFFICE}spreadsheetml.sheet`]: MEDIA_TYPES.xlsx,
  [`${OFFICE}presentationml.presentation`]: MEDIA_TYPES.pptx,
  'application/vnd.ms-word.document.macroenabled.12': MEDIA_TYPES.docx,
  'application/vnd.ms-excel.sheet.macroenabled.12': MEDIA_TYPES.xlsx,
  'application/vnd.ms-powerpoint.presentation.macroenabled.12': MEDIA_TYPES.pptx,
};
/** Archives that do not begin with what they are. The reader looks into them and refuses what is none of these. */
const BY_NAME_OF_ARCHIVE: Readonly<Record<string, MediaType>> = {
  ...{ docx: MEDIA_TYPES.docx, docm: MEDIA_TYPES.docx, xlsx: MEDIA_TYPES.xlsx, xlsm: MEDIA_TYPES.xlsx },
  ...{ pptx: MEDIA_TYPES.pptx, pptm: MEDIA_TYPES.pptx, epub: MEDIA_TYPES.epub },
};
const BY_NAME_OF_TEXT: Readonly<Record<string, MediaType>> = {
  ...{ html: MEDIA_TYPES.html, htm: MEDIA_TYPES.html, xhtml: MEDIA_TYPES.html },
  ...{ md: MEDIA_TYPES.markdown, markdown: MEDIA_TYPES.markdown },
  ...{ csv: MEDIA_TYPES.csv, tsv: MEDIA_TYPES.csv },
};
/** The old container of Office, in which its new formats lie when they have a password. */
const COMPOUND_FILE = 'application/x-cfb';
const ARCHIVE = 'application/zip';
const XML = 'application/xml';
const HTML_START =
  /^[\s\ufeff]*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]{0,5000}?-->\s*)*<(?:!doctype html|html|head|body)\b/i;
const MAX_STRANGE_SHARE = 0.02;

/** See `FileExtractor.recognise`. */
export async function recogniseFile(start: Uint8Array, name: string): Promise<MediaType> {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const { mime } = (await fileTypeFromBuffer(start).catch(() => undefined)) ?? {};
  if (mime === undefined || mime === XML) return textType(start, extension, mime);
  const known = BY_CONTENT[mime] ?? (mime === ARCHIVE ? BY_NAME_OF_ARCHIVE[extension] : undefined);
  if (known) return known;
  if (mime === COMPOUND_FILE && extension in BY_NAME_OF_ARCHIVE) throw new FileEncrypted();
  throw new FileUnsupported(mime);
}

function textType(start: Uint8Array, extension: string, mime: string | undefined): MediaType {
  const text = new TextDecoder('latin1').decode(start);
  if (HTML_START.test(text.slice(0, 10_000))) return MEDIA_TYPES.html;
  if (mime !== undefined) throw new FileUnsupported(mime);
  if (!isText(start, text)) throw new FileUnsupported('in a format that nobody knows');
  return BY_NAME_OF_TEXT[extension] ?? MEDIA_TYPES.text;
}

/** Text has hardly any control characters. In UTF-16, which has a mark, every other byte may be one. */
function isText([first, second]: Uint8Array, text: string): boolean {
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const strange = text.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/g)?.length ?? 0;
  return isWide || (!text.includes('\0') && strange <= text.length * MAX_STRANGE_SHARE);
}
