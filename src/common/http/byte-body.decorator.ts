import {
  applyDecorators,
  BadRequestException,
  createParamDecorator,
  type ExecutionContext,
  PayloadTooLargeException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { Request } from 'express';
import { linger } from './json-body.js';

/** The route takes bytes as they are, of any kind. Its path has to be among those that read their own bodies. */
export function TakesBytes(description: string): MethodDecorator {
  return applyDecorators(
    ApiConsumes('application/octet-stream'),
    ApiBody({ description, required: true, schema: { type: 'string', format: 'binary' } }),
  );
}

/** The body as it comes in, whatever its type: nothing is read before it is asked for. Can be read once. */
export const ByteBody = createParamDecorator((_: unknown, context: ExecutionContext): AsyncIterable<Buffer> =>
  bytesOf(context.switchToHttp().getRequest<Request>()),
);

async function* bytesOf(request: Request): AsyncGenerator<Buffer, void, undefined> {
  try {
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
    if (request.is('multipart/*') || encoding !== 'identity') throw new UnsupportedMediaTypeException();
    yield* received(request);
  } finally {
    linger(request);
  }
}

async function* received(request: Request): AsyncGenerator<Buffer, void, undefined> {
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  try {
    for await (const chunk of chunks) yield chunk;
  } catch (cause) {
    throw new BadRequestException(undefined, { cause });
  }
}

/** A small body as a whole. @throws PayloadTooLargeException as soon as there is more than `maxBytes` */
export async function bytesUpTo(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new PayloadTooLargeException();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
