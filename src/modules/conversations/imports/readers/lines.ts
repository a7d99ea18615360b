import { StringDecoder } from 'node:string_decoder';
import { MAX_LINE_CHARACTERS } from '../conversation-import.types.js';

/** A line of a file; null where it is too long to be held. */
export interface TextLine {
  readonly line: number;
  readonly text: string | null;
}

/** Lines of UTF-8, counted from 1; one at most is held, and no more of it than may be. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine> {
  const decoder = new StringDecoder('utf8');
  let held: string[] = [];
  let length = 0;
  let line = 0;
  const take = (text: string): void => {
    length += text.length;
    if (length <= MAX_LINE_CHARACTERS) held.push(text);
    else held = [];
  };
  const end = (): TextLine => {
    const text = length > MAX_LINE_CHARACTERS ? null : held.join('').replace(/\r$/, '');
    held = [];
    length = 0;
    line += 1;
    return { line, text: line === 1 ? (text?.replace(/^\ufeff/, '') ?? null) : text };
  };
  for await (const chunk of bytes) {
    const pieces = decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)).split('\n');
    for (const piece of pieces.slice(0, -1)) {
      take(piece);
      yield end();
    }
    take(pieces.at(-1) ?? '');
  }
  take(decoder.end());
  if (length > 0) yield end();
}
