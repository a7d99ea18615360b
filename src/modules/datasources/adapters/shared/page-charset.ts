import { analyse } from 'chardet';

/** The standard says 1,024 bytes; pages in the wild declare later, after comments and scripts. */
const DECLARATION_WINDOW_BYTES = 16_384;
/** Enough text for the statistics, however large the page is. */
const GUESS_SAMPLE_CHARS = 65_536;
/** What the detector gives to each encoding of several bytes that a few bytes could be in. */
const NO_EVIDENCE = 10;
/** What browsers assume where nothing is declared and nothing can be guessed. */
const LAST_RESORT = 'windows-1252';

/**
 * Decodes a page as browsers do: byte order mark, then the header's charset, then the page's own declaration.
 * An undeclared page is UTF-8 if it is valid UTF-8, and otherwise what its bytes look like.
 */
export function decodePage(body: Uint8Array, contentType = ''): string {
  const encoding =
    markedEncoding(body) ??
    encodingOfLabel(/charset\s*=\s*["']?([^\s;"']+)/i.exec(contentType)?.[1]) ??
    declaredEncoding(body) ??
    guessedEncoding(body);
  return new TextDecoder(encoding).decode(body);
}

function markedEncoding(body: Uint8Array): string | undefined {
  const [first, second, third] = body;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return undefined;
}

function encodingOfLabel(label: string | undefined): string | undefined {
  if (!label) return undefined;
  if (label.toLowerCase() === 'x-user-defined') return LAST_RESORT;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** `<meta charset>`, `<meta http-equiv="content-type">` or the XML declaration, whichever comes first. */
function declaredEncoding(body: Uint8Array): string | undefined {
  const head = asLatin1(body.subarray(0, DECLARATION_WINDOW_BYTES)).replace(/<!--[\s\S]*?-->/g, '');
  const xml = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)/i.exec(head)?.[1];
  const labels = [xml, ...[...head.matchAll(/<meta\s[^>]*>/gi)].map(([tag]) => labelInMeta(tag))];
  const encoding = labels.map(encodingOfLabel).find((known) => known !== undefined);
  // The declaration could be read byte by byte, so whatever it says, the page is not in UTF-16.
  return encoding?.startsWith('utf-16') ? 'utf-8' : encoding;
}

function labelInMeta(tag: string): string | undefined {
  const own = /\scharset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(tag)?.[1];
  if (own && !/\scontent\s*=/i.test(tag)) return own;
  if (!/http-equiv\s*=\s*["']?content-type/i.test(tag)) return own;
  return /charset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(tag)?.[1];
}

function guessedEncoding(body: Uint8Array): string {
  const wide = wideEncoding(body);
  if (wide) return wide;
  if (isUtf8(body)) return 'utf-8';
  const guesses = analyse(textSample(body)).filter(({ confidence }) => confidence > NO_EVIDENCE);
  const known = guesses.map(({ name }) => encodingOfLabel(name)).filter((encoding) => encoding !== undefined);
  return known.find((encoding) => encoding !== 'utf-8') ?? LAST_RESORT;
}

/** UTF-16 without a mark shows as markup in which every other byte is zero. */
function wideEncoding(body: Uint8Array): string | undefined {
  const sample = body.subarray(0, 512);
  const pairs = sample.length >> 1;
  const zerosAt = (parity: number): number =>
    sample.filter((byte, i) => byte === 0 && i % 2 === parity).length;
  if (pairs < 8) return undefined;
  if (zerosAt(1) > pairs * 0.6 && zerosAt(0) === 0) return 'utf-16le';
  if (zerosAt(0) > pairs * 0.6 && zerosAt(1) === 0) return 'utf-16be';
  return undefined;
}

function isUtf8(body: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body);
    return true;
  } catch {
    return false;
  }
}

/** Markup and scripts are ASCII in every encoding; only the lines that are not tell encodings apart. */
function textSample(body: Uint8Array): Uint8Array {
  const lines = asLatin1(body.subarray(0, 16 * GUESS_SAMPLE_CHARS)).split(/[\n<>]+/);
  const telling = lines.filter((line) => /[\x80-\xff]/.test(line)).join('\n');
  return Buffer.from(telling.slice(0, GUESS_SAMPLE_CHARS), 'latin1');
}

function asLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
