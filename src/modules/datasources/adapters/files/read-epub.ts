import { Archive } from './archive.js';
import type { DocumentWriter } from './document-writer.js';
import { partAt, readXml, type XmlListener } from './read-xml.js';
import { Unreadable } from './unreadable.js';

const CONTAINER = 'META-INF/container.xml';
/** Which parts are encrypted; fonts often are, and nobody needs them. */
const ENCRYPTION = 'META-INF/encryption.xml';
const FONT_ALGORITHM = /idpf\.org\/2008\/embedding|ns\.adobe\.com\/pdf\/enc#RC/;
const BLOCKS = /^(?:p|div|section|article|blockquote|dd|dt|figcaption|pre|body|br|hr)$/;
const UNSEEN = /^(?:head|script|style|svg|math|nav)$/;

/** Chapter by chapter, in the order in which the book is read. */
export async function readEpub(body: Uint8Array, writer: DocumentWriter): Promise<void> {
  const archive = await Archive.open(body);
  if (!archive.has(CONTAINER)) throw new Unreadable('unsupported', 'an archive without a book');
  await assertOpen(archive);
  for (const part of await chaptersOf(archive, await packageOf(archive))) {
    const chapter = new ChapterReading(writer);
    await readXml(archive, part, chapter);
    chapter.end();
  }
}

async function assertOpen(archive: Archive): Promise<void> {
  await readXml(archive, ENCRYPTION, {
    open: (name, { Algorithm = '' }) => {
      if (local(name) === 'encryptionmethod' && !FONT_ALGORITHM.test(Algorithm))
        throw new Unreadable('encrypted');
    },
  });
}

async function packageOf(archive: Archive): Promise<string> {
  const found: string[] = [];
  await readXml(archive, CONTAINER, {
    open: (name, { 'full-path': path }) => {
      if (local(name) === 'rootfile' && path) found.push(path);
    },
  });
  const [path] = found;
  if (path === undefined) throw new Unreadable('corrupt', 'no package');
  return path;
}

async function chaptersOf(archive: Archive, path: string): Promise<string[]> {
  const folder = path.split('/').slice(0, -1).join('/');
  const parts = new Map<string, string>();
  const order: string[] = [];
  await readXml(archive, path, {
    open: (name, { id, href, idref }) => {
      if (local(name) === 'item' && id && href) parts.set(id, partAt(folder, decoded(href)));
      if (local(name) === 'itemref' && idref) order.push(idref);
    },
  });
  return order.flatMap((id) => parts.get(id) ?? []);
}

/** One pass over a chapter. */
class ChapterReading implements XmlListener {
  #line = '';
  #unseen = 0;
  #lists = 0;
  #isItem = false;
  #table: string[][] | undefined;

  constructor(private readonly writer: DocumentWriter) {}

  readonly open = (tag: string): void => {
    const name = local(tag);
    if (UNSEEN.test(name)) this.#unseen += 1;
    if (BLOCKS.test(name) || /^h[1-6]$|^[uo]l$/.test(name)) this.end();
    if (/^[uo]l$/.test(name)) this.#lists += 1;
    if (name === 'li') {
      this.end();
      this.#isItem = true;
    }
    if (name === 'table') this.#table ??= [];
    if (name === 'tr') this.#table?.push([]);
  };

  readonly text = (text: string): void => {
    if (this.#unseen === 0) this.#line += text;
  };

  readonly close = (tag: string): void => {
    const name = local(tag);
    if (UNSEEN.test(name)) this.#unseen -= 1;
    const level = /^h([1-6])$/.exec(name)?.[1];
    if (level) this.#heading(Number(level));
    else if (name === 'td' || name === 'th') this.#cell();
    else if (name === 'table') this.#endTable();
    else if (BLOCKS.test(name) || name === 'li' || /^[uo]l$/.test(name)) this.end();
    if (/^[uo]l$/.test(name)) this.#lists -= 1;
  };

  /** Ends the line that is being read. In a table it goes on to the end of its cell. */
  end(): void {
    if (this.#table) {
      this.#line += ' ';
      return;
    }
    const line = this.#line.replace(/\s+/g, ' ');
    this.#line = '';
    if (this.#isItem && line.trim() !== '') this.writer.item(Math.max(0, this.#lists - 1), line);
    else this.writer.paragraph(line);
    if (line.trim() !== '') this.#isItem = false;
  }

  #heading(level: number): void {
    if (this.#table) return;
    this.writer.heading(level, this.#line);
    this.#line = '';
  }

  #cell(): void {
    this.#table?.at(-1)?.push(this.#line);
    this.#line = '';
  }

  #endTable(): void {
    const rows = this.#table ?? [];
    this.#table = undefined;
    this.#line = '';
    this.writer.table(rows);
  }
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}

function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}
