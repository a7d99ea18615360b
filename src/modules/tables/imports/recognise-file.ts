import { analyse } from 'chardet';
import type { FileBytes, ImportFormat, ReadSettings, ReadWishes } from './import.types.js';
import { FileUnreadable } from './imports.errors.js';

const SAMPLE_BYTES = 65_536;
const DELIMITERS = [',', ';', '\t', '|'] as const;
const ZIP = Buffer.from([0x50, 0x4b]);
/** Old Excel files, and new ones with a password. */
const COMPOUND = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/** How a file is to be read, as far as its name and its beginning tell. What the caller wishes counts more. @throws FileUnreadable */
export async function recogniseFile(
  file: FileBytes,
  name: string,
  wishes: ReadWishes,
): Promise<ReadSettings> {
  const sample = await beginningOf(file);
  if (sample.length === 0) throw new FileUnreadable('it is empty.');
  const format = wishes.format ?? formatOf(sample, name);
  const encoding = format === 'xlsx' ? 'utf-8' : (wishes.encoding ?? encodingOf(sample));
  const text = format === 'xlsx' ? '' : textOf(sample, encoding);
  const delimiter = wishes.delimiter ?? (format === 'csv' ? delimiterOf(text, name) : ',');
  return {
    ...{ format, encoding, delimiter },
    hasHeader: format !== 'jsonl' && (wishes.hasHeader ?? true),
    sheet: wishes.sheet ?? null,
    width: null,
    decimal: wishes.decimal ?? '.',
    dateOrder: wishes.dateOrder ?? 'ymd',
  };
}

async function beginningOf(file: FileBytes): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const end = Math.min(file.bytes, SAMPLE_BYTES);
  for await (const chunk of file.read({ start: 0, end }) as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function formatOf(sample: Buffer, name: string): ImportFormat {
  if (sample.subarray(0, 2).equals(ZIP)) return 'xlsx';
  if (sample.subarray(0, 4).equals(COMPOUND))
    throw new FileUnreadable('it is an old .xls file, or has a password. Save it as .xlsx without one.');
  if (/\.(jsonl|ndjson)$/i.test(name)) return 'jsonl';
  return /^\s*\{\s*["}]/.test(sample.toString('utf8', 0, 1_000)) ? 'jsonl' : 'csv';
}

/** A byte order mark is believed, then UTF-8 that is valid; else it is a guess, which the preview lets correct. */
function encodingOf(sample: Buffer): string {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  if (isUtf8(sample)) return 'utf-8';
  for (const { name } of analyse(sample)) {
    const label = labelOf(name);
    if (label !== null && label !== 'utf-8') return label;
  }
  return 'windows-1252';
}

function isUtf8(sample: Buffer): boolean {
  try {
    // The last character may be cut.
    new TextDecoder('utf-8', { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** What `TextDecoder` calls an encoding; `null` when it does not know it. */
export function labelOf(encoding: string): string | null {
  try {
    return new TextDecoder(encoding).encoding;
  } catch {
    return null;
  }
}

function textOf(sample: Buffer, encoding: string): string {
  return new TextDecoder(encoding).decode(sample, { stream: true });
}

/** The one that cuts the first lines into equally many parts, more than one and as many as can be. */
function delimiterOf(text: string, name: string): string {
  if (/\.tsv$/i.test(name)) return '\t';
  const lines = unquoted(text)
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== '')
    .slice(0, 50);
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  const scored = DELIMITERS.map((delimiter) => {
    const counts = whole.map((line) => line.split(delimiter).length);
    const expected = counts[0] ?? 1;
    const agreeing = counts.filter((count) => count === expected).length / Math.max(1, counts.length);
    return { delimiter, score: expected > 1 ? agreeing * agreeing * Math.min(expected, 20) + agreeing : 0 };
  });
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
  return best.score > 0 ? best.delimiter : ',';
}

/** Without what stands in quotes, which may hold any of them. */
function unquoted(text: string): string {
  return text.replaceAll(/"[^"]*("|$)/g, '');
}
