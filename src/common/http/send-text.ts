import { pipeline } from 'node:stream/promises';
import { Logger } from '@nestjs/common';
import type { Response } from 'express';

/** A text on its way out. */
export interface SentText {
  readonly mediaType: string;
  readonly fileName: string;
  /** `Content-Security-Policy`. */
  readonly policy: string;
}

const logger = new Logger('SendText');

/**
 * Sends a text while it is made, as fast as the client reads it. What fails before the first piece is thrown; what fails
 * later ends the connection, so that nobody takes a piece for the whole.
 */
export async function sendText(
  response: Response,
  { mediaType, fileName, policy }: SentText,
  pieces: AsyncIterable<string>,
): Promise<void> {
  const rest = pieces[Symbol.asyncIterator]();
  const first = await rest.next();
  response
    .setHeader('Content-Type', mediaType)
    .setHeader('Content-Disposition', `inline; filename="${fileName}"`)
    .setHeader('Content-Security-Policy', policy);
  await pipeline(joined(first, rest), response).catch((error: unknown) => {
    if (!response.closed) logger.error({ err: error }, 'A text broke off');
  });
}

async function* joined(first: IteratorResult<string>, rest: AsyncIterator<string>): AsyncGenerator<string> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
