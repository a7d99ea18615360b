import { once } from 'node:events';

const WIDEST = 100;
/** Control characters, which a page could use to write over the terminal, and those that turn the direction of text. */
const UNSHOWABLE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Text that somebody else wrote, fit to be shown. */
export function shown(text) {
  return String(text).replace(UNSHOWABLE, (character) => (/[\n\t]/.test(character) ? character : ''));
}

/** Writes to a person at a terminal; to a file or a pipe without colours and without lines that change. */
export class Terminal {
  #out;
  #isLive;
  #hasColours;
  #status = '';

  constructor(out = process.stdout) {
    this.#out = out;
    this.#isLive = out.isTTY === true && process.env.TERM !== 'dumb';
    this.#hasColours = this.#isLive && !process.env.NO_COLOR;
  }

  get isInteractive() {
    return this.#isLive && process.stdin.isTTY === true;
  }

  bold(text) {
    return this.#styled(1, text);
  }

  dim(text) {
    return this.#styled(2, text);
  }

  good(text) {
    return this.#styled(32, text);
  }

  bad(text) {
    return this.#styled(31, text);
  }

  line(text = '') {
    this.#clearStatus();
    this.#out.write(`${text}\n`);
  }

  /** Writes running text, wrapped and indented. */
  paragraph(text, indent) {
    const writer = this.writer(indent);
    writer.write(text);
    writer.end();
  }

  /** Shows what is being done just now, in place of what was shown before. */
  status(text) {
    if (text === this.#status) return;
    if (this.#isLive) this.#out.write(`\r\x1b[K${text.slice(0, this.#width() - 1)}`);
    else this.#out.write(`${text}\n`);
    this.#status = text;
  }

  /** Takes text as it comes and breaks it into indented lines between words. */
  writer(indent) {
    this.#clearStatus();
    return new WrappingWriter(this.#out, indent, Math.min(this.#width(), WIDEST));
  }

  async enterPressed() {
    process.stdin.resume();
    await once(process.stdin, 'data');
    process.stdin.pause();
  }

  #width() {
    return this.#out.columns || WIDEST;
  }

  #styled(code, text) {
    return this.#hasColours ? `\x1b[${code}m${text}\x1b[0m` : text;
  }

  #clearStatus() {
    if (this.#status && this.#isLive) this.#out.write('\r\x1b[K');
    this.#status = '';
  }
}

class WrappingWriter {
  #out;
  #indent;
  #width;
  #column = 0;
  #space = '';
  #word = '';

  constructor(out, indent, width) {
    this.#out = out;
    this.#indent = indent;
    this.#width = width;
  }

  write(text) {
    for (const part of text.split(/(\s+)/)) {
      if (part === '') continue;
      if (part.trim() !== '') this.#word += part;
      else this.#breakWord(part);
    }
  }

  end() {
    this.#breakWord('');
    this.#out.write('\n');
  }

  #breakWord(space) {
    this.#writeWord();
    const lineBreaks = space.split('\n').length - 1;
    if (lineBreaks > 0) this.#newLine();
    if (lineBreaks > 1) this.#out.write('\n');
    if (lineBreaks === 0 && this.#column > 0) this.#space = ' ';
  }

  #writeWord() {
    if (this.#word === '') return;
    const isFull = this.#column > 0 && this.#column + 1 + this.#word.length > this.#width;
    if (isFull) this.#newLine();
    const before = this.#column === 0 ? this.#indent : this.#space;
    this.#out.write(before + this.#word);
    this.#column += before.length + this.#word.length;
    this.#word = '';
    this.#space = '';
  }

  #newLine() {
    if (this.#column > 0) this.#out.write('\n');
    this.#column = 0;
    this.#space = '';
  }
}
