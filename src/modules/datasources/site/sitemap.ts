import { setImmediate as letOthersRun } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Parser } from 'htmlparser2';

const unpack = promisify(gunzip);

/** What the protocol allows one sitemap. */
const MAX_BYTES = 50_000_000;
const MAX_ENTRIES = 50_000;
const MAX_TEXT = 2_048;
/** Parsed at once before others get their turn. */
const PIECE_BYTES = 32_768;
const GZIP_MARK = [0x1f, 0x8b];

/** A page that a sitemap names. */
export interface SitemapPage {
  readonly url: string;
  /** When the page is said to have changed. Not to be relied on: many sitemaps say today, or nothing. */
  readonly changedAt: Date | null;
}

/** What a sitemap holds, as far as it could be read. */
export interface Sitemap {
  readonly pages: readonly SitemapPage[];
  /** Other sitemaps, named by an index. */
  readonly sitemaps: readonly string[];
}

/**
 * Reads a sitemap, a sitemap index, or a list of addresses as text; each may be gzipped. A broken one is read up to
 * where it breaks. Entities of the document's own are never expanded, and nothing is fetched.
 *
 * @throws Error when what is gzipped cannot be unpacked, or would be larger than a sitemap may be.
 */
export async function readSitemap(body: Uint8Array): Promise<Sitemap> {
  const isGzipped = GZIP_MARK.every((byte, index) => body[index] === byte);
  const plain = isGzipped ? await unpack(body, { maxOutputLength: MAX_BYTES }) : body;
  const start = Buffer.from(plain.subarray(0, 1_000))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  return start.startsWith('<') ? readXml(plain) : readLines(plain);
}

async function readXml(body: Uint8Array): Promise<Sitemap> {
  const reader = new SitemapReader();
  const parser = new Parser(reader, { xmlMode: true, decodeEntities: true });
  const decoder = new TextDecoder();
  for (let at = 0; at < body.length && !reader.isFull; at += PIECE_BYTES) {
    if (at > 0) await letOthersRun();
    parser.write(decoder.decode(body.subarray(at, at + PIECE_BYTES), { stream: true }));
  }
  parser.end();
  return reader;
}

function readLines(body: Uint8Array): Sitemap {
  const lines = Buffer.from(body.subarray(0, MAX_TEXT * MAX_ENTRIES))
    .toString('utf8')
    .split(/\r?\n/, MAX_ENTRIES);
  const urls = lines.map((line) => line.trim()).filter((line) => /^https?:\/\//i.test(line));
  return { pages: urls.map((url) => ({ url, changedAt: null })), sitemaps: [] };
}

/** Takes `loc` and `lastmod` out of each `url` and `sitemap`, whatever stands around them. */
class SitemapReader implements Sitemap {
  readonly pages: SitemapPage[] = [];
  readonly sitemaps: string[] = [];
  #entry: 'url' | 'sitemap' | null = null;
  #field: 'loc' | 'lastmod' | null = null;
  #loc = '';
  #lastmod = '';

  get isFull(): boolean {
    return this.pages.length + this.sitemaps.length >= MAX_ENTRIES;
  }

  onopentag(qualified: string): void {
    const name = localName(qualified);
    if (name === 'url' || name === 'sitemap') {
      this.#entry = name;
      this.#loc = '';
      this.#lastmod = '';
    }
    // `image:loc` and the like are not addresses of pages.
    this.#field = qualified.includes(':') && this.#entry === null ? null : fieldOf(qualified);
  }

  ontext(text: string): void {
    if (this.#field === 'loc' && this.#loc.length < MAX_TEXT) this.#loc += text.slice(0, MAX_TEXT);
    if (this.#field === 'lastmod' && this.#lastmod.length < MAX_TEXT)
      this.#lastmod += text.slice(0, MAX_TEXT);
  }

  /** @param isMissing whether the tag does not stand there, so that what it would close may be cut off. */
  onclosetag(qualified: string, isMissing: boolean): void {
    this.#field = null;
    if (isMissing || localName(qualified) !== this.#entry) return;
    const url = this.#loc.trim();
    if (url !== '' && !this.isFull) {
      if (this.#entry === 'sitemap') this.sitemaps.push(url);
      else this.pages.push({ url, changedAt: dateOf(this.#lastmod.trim()) });
    }
    this.#entry = null;
  }
}

function localName(qualified: string): string {
  return qualified.slice(qualified.indexOf(':') + 1);
}

function fieldOf(qualified: string): 'loc' | 'lastmod' | null {
  return qualified === 'loc' || qualified === 'lastmod' ? qualified : null;
}

function dateOf(text: string): Date | null {
  const date = new Date(text);
  return text === '' || Number.isNaN(date.getTime()) ? null : date;
}
