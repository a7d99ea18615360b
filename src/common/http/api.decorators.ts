import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { DocumentedError } from '#common/errors';
import { IdempotencyInProgress, IdempotencyKeyReused } from './http.errors.js';
import { Problem } from './problem.js';
import { STATUS_OF_KIND } from './status-codes.js';

const problemContent = { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } };

/** What a route does: one sentence, and more about it if there is more to say. */
export function Does(summary: string, description?: string): MethodDecorator {
  return ApiOperation({ summary, ...(description ? { description } : {}) });
}

/** The successful answer of a route: status and, unless it is empty, the class of its body. */
export function Answers(status: number, body?: Type, description = 'Done.'): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, description, ...(body ? { type: body } : {}) }),
  );
}

/** The failures that a route adds to those every route has (400, 401, 403, 422, 429, 500, 503). */
export function Fails(...errors: readonly DocumentedError[]): MethodDecorator {
  const byStatus = Map.groupBy(errors, (error) => STATUS_OF_KIND[error.kind]);
  return applyDecorators(
    ApiExtraModels(Problem),
    ...[...byStatus].map(([status, group]) =>
      ApiResponse({
        status,
        description: `Codes: ${[...new Set(group.map((error) => `\`${error.code}\``))].join(', ')}.`,
        content: problemContent,
      }),
    ),
  );
}

/** A failure that any route can answer with. */
interface CommonProblem {
  readonly status: number;
  readonly description: string;
  /** Only methods whose body is read have it. */
  readonly needsBody?: boolean;
  /** Only routes that take an `Idempotency-Key` have it. */
  readonly needsKey?: boolean;
}

/** The failures that any route can answer with, for the whole API document. */
export const COMMON_PROBLEMS: readonly CommonProblem[] = [
  { status: 400, description: 'The request is malformed.' },
  { status: 401, description: 'No valid access token or API key.' },
  { status: 403, description: 'The role does not allow this.' },
  {
    status: 409,
    description: `Codes of a repeated \`Idempotency-Key\`: \`${IdempotencyKeyReused.code}\`, \`${IdempotencyInProgress.code}\`.`,
    needsKey: true,
  },
  { status: 413, description: 'The body is too large.', needsBody: true },
  { status: 415, description: 'The body is not JSON in an encoding that is known.', needsBody: true },
  { status: 422, description: 'Fields are not valid; see `errors`.' },
  { status: 429, description: 'Too many requests; see the header `Retry-After`.' },
  { status: 500, description: 'A failure on our side; the request id tells which.' },
  { status: 503, description: 'A part of the service is not available; see the header `Retry-After`.' },
];

export const IDEMPOTENCY_KEY = 'Idempotency-Key';

/** Documents the `Idempotency-Key` header of a POST; `IdempotencyInterceptor` acts on it. */
export function DocumentsIdempotency(): MethodDecorator {
  return ApiHeader({
    name: IDEMPOTENCY_KEY,
    required: false,
    description:
      'Makes a repeated call safe: within 24 hours the same key and body give the first answer; another body is refused with 409.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  });
}

/** Documents that the route can also answer as a stream of events. Stands above `Answers`. */
export function StreamsEvents(body: Type): MethodDecorator {
  const content = {
    'application/json': { schema: { $ref: getSchemaPath(body) } },
    'text/event-stream': { schema: { type: 'string' } },
  } as const;
  return applyDecorators(ApiExtraModels(body), ApiResponse({ status: 200, description: 'Done.', content }));
}

/** Whether the caller asked for a stream of events. */
export function wantsEvents(accept: string | undefined): boolean {
  return accept?.includes('text/event-stream') ?? false;
}
