import { Parser } from 'htmlparser2';
import { FileUnreadable } from '../../imports.errors.js';

/** What is done with the elements of a part, by their names without prefix. */
export interface XmlVisitor {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Markup of which nothing came of for so long is no part of a sheet. */
const MAX_IDLE_BYTES = 4_194_304;

/** Shows the elements of a part to a visitor as they come. Entities of its own are never expanded. */
export class XmlPart {
  readonly #decoder = new TextDecoder();
  readonly #parser: Parser;
  #idleBytes = 0;

  constructor(visitor: XmlVisitor) {
    const busy = (): void => {
      this.#idleBytes = 0;
    };
    this.#parser = new Parser(
      {
        onopentag: (name, attributes) => {
          busy();
          visitor.open?.(localOf(name), attributes);
        },
        ontext: (text) => visitor.text?.(text),
        onclosetag: (name) => {
          busy();
          visitor.close?.(localOf(name));
        },
      },
      { xmlMode: true, decodeEntities: true },
    );
  }

  /** @throws FileUnreadable */
  take(chunk: Buffer): void {
    this.#idleBytes += chunk.length;
    if (this.#idleBytes > MAX_IDLE_BYTES) throw new FileUnreadable('it holds a value larger than 4 MB.');
    this.#parser.write(this.#decoder.decode(chunk, { stream: true }));
  }

  end(): void {
    this.#parser.end(this.#decoder.decode());
  }
}

/** Reads a part that has to be known as a whole. @throws FileUnreadable when there is too much of it */
export async function visit(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  visitor: XmlVisitor,
): Promise<void> {
  const part = new XmlPart(visitor);
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new FileUnreadable('one of its parts is too large.');
    part.take(chunk);
  }
  part.end();
}

function localOf(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
