import { SetMetadata, applyDecorators, HttpCode, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import type { DocumentedError } from '#common/errors';
import { TOPIC_NOTE } from './document/complete-document.js';
import { described, FAILURES_NOTE } from './document/describe-failures.js';
import { StreamError } from './stream-error.js';

/** Marks routes that read a form with a file. */
export const TAKES_FORM = 'http:takes-form';

const MEANING_OF_STATUS: Readonly<Record<number, string>> = {
  201: 'Made.',
  202: 'Accepted; a job does the rest.',
  204: 'Done; there is nothing to show.',
};

/** What the routes of a controller are about, in a sentence. */
export function Topic(sentence: string): ClassDecorator {
  return ApiExtension(TOPIC_NOTE, sentence) as ClassDecorator;
}

/** What a route does: one sentence, and more about it if there is more to say. */
export function Does(summary: string, description?: string): MethodDecorator {
  return ApiOperation({ summary, ...(description ? { description } : {}) });
}

/** The successful answer of a route: status and, unless it is empty, the class of its body. */
export function Answers(status: number, body?: Type): MethodDecorator {
  const description = MEANING_OF_STATUS[status] ?? 'Done.';
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, description, ...(body ? { type: body } : {}) }),
  );
}

/** A route that takes a form with a file; `FormOf` gives it to the method. */
export function TakesForm(fields: Type): MethodDecorator {
  return applyDecorators(
    SetMetadata(TAKES_FORM, true),
    ApiConsumes('multipart/form-data'),
    ApiBody({ type: fields }),
  );
}

/** A route that answers with a file. What is in it is nobody's promise, so its type says nothing either. */
export function AnswersFile(): MethodDecorator {
  return applyDecorators(
    HttpCode(200),
    ApiProduces('application/octet-stream'),
    ApiResponse({ status: 200, description: 'The file.', schema: { type: 'string', format: 'binary' } }),
  );
}

/** A route that answers with a file of one of these types, or with the part of it that a `Range` asks for. */
export function AnswersFileInParts(mediaTypes: readonly string[]): MethodDecorator {
  const content = Object.fromEntries(
    mediaTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } as const }]),
  );
  return applyDecorators(
    ApiHeader({ name: 'Range', required: false, description: 'One range of bytes: `bytes=0-1023`.' }),
    ApiHeader({ name: 'If-Range', required: false, description: 'The `ETag` of the file that has begun.' }),
    ApiResponse({ status: 200, description: 'The file.', content }),
    ApiResponse({ status: 206, description: 'The part of the file that was asked for.', content }),
  );
}

/**
 * A route that answers with a stream of events, each named with the class of its data. Any stream may also end with the
 * event `error`. With `body` it answers in one piece unless the caller asks for the stream.
 */
export function Streams(events: Readonly<Record<string, Type>>, body?: Type): MethodDecorator {
  const all: Readonly<Record<string, Type>> = { ...events, error: StreamError };
  const classes = [...new Set(Object.values(all))];
  const names = Object.keys(events).map((name) => `\`${name}\``);
  const stream = {
    schema: { oneOf: classes.map((one) => ({ $ref: getSchemaPath(one) })) },
    'x-events': Object.fromEntries(Object.entries(all).map(([name, one]) => [name, getSchemaPath(one)])),
  };
  return applyDecorators(
    HttpCode(200),
    ApiExtraModels(...classes, ...(body ? [body] : [])),
    ApiResponse({
      status: 200,
      description: `${body ? 'Done. As a stream' : 'A stream'}: the events ${names.join(', ')} and \`error\`; the schema is that of their \`data\`, \`x-events\` says which has which.`,
      content: {
        ...(body ? { 'application/json': { schema: { $ref: getSchemaPath(body) } } } : {}),
        'text/event-stream': stream,
      },
    }),
  );
}

/** The failures that a route adds to those every route has; `describeFailures` knows these. */
export function Fails(...errors: readonly DocumentedError[]): MethodDecorator {
  return ApiExtension(FAILURES_NOTE, errors.map(described));
}

/** Whether the caller asked for a stream of events. */
export function wantsEvents(accept: string | undefined): boolean {
  return accept?.includes('text/event-stream') ?? false;
}
