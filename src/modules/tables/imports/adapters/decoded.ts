import type { FileBytes } from '../import.types.js';

/** The texts of a file without its byte order mark, and how much of it had been read with each. */
export async function* decoded(
  file: FileBytes,
  encoding: string,
): AsyncGenerator<{ readonly text: string; readonly bytesRead: number }> {
  const decoder = new TextDecoder(encoding);
  let bytesRead = 0;
  for await (const chunk of file.read() as AsyncIterable<Buffer>) {
    bytesRead += chunk.length;
    yield { text: decoder.decode(chunk, { stream: true }), bytesRead };
  }
  yield { text: decoder.decode(), bytesRead };
}
