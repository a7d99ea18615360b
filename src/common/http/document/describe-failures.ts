import type { OpenAPIObject } from '@nestjs/swagger';
import {
  type DocumentedError,
  Forbidden,
  InvalidFields,
  StorageFull,
  Unauthenticated,
  Unavailable,
} from '#common/errors';
import {
  IdempotencyInProgress,
  IdempotencyKeyInvalid,
  IdempotencyKeyReused,
  Stopping,
  TooManyRequests,
} from '../http.errors.js';
import { CODE_OF_STATUS, STATUS_OF_KIND } from '../status-codes.js';
import { headersOf } from './describe-headers.js';
import { type DescribedRoute, type RouteOperation, type RouteResponse, takeNote } from './document-parts.js';
import { type FailureShape, OPENAI_ERROR_SCHEMA, shapeOf } from './failure-shapes.js';

/** Where `Fails` leaves what a route adds to the failures that every route has. */
export const FAILURES_NOTE = 'x-failures';

/** A failure as the document tells it. */
export interface DescribedFailure {
  readonly status: number;
  readonly code: string;
}

interface CommonFailure extends DescribedFailure {
  /** Which routes have it; all, unless said otherwise. */
  readonly concerns?: (route: DescribedRoute) => boolean;
}

const ofClosed = ({ isPublic }: DescribedRoute): boolean => !isPublic;
const ofBody = ({ readsBody }: DescribedRoute): boolean => readsBody;
const ofIdempotent = ({ isIdempotent }: DescribedRoute): boolean => isIdempotent;

/** The failures that routes have without saying so. */
const COMMON_FAILURES: readonly CommonFailure[] = [
  { status: 400, code: CODE_OF_STATUS[400] },
  { ...described(Unauthenticated), concerns: ofClosed },
  { ...described(Forbidden), concerns: ofClosed },
  { ...described(IdempotencyKeyReused), concerns: ofIdempotent },
  { ...described(IdempotencyInProgress), concerns: ofIdempotent },
  { status: 413, code: CODE_OF_STATUS[413], concerns: ofBody },
  { status: 415, code: CODE_OF_STATUS[415], concerns: ofBody },
  described(InvalidFields),
  { ...described(IdempotencyKeyInvalid), concerns: ofIdempotent },
  described(TooManyRequests),
  { status: 500, code: CODE_OF_STATUS[500] },
  described(Unavailable),
  described(StorageFull),
  described(Stopping),
];

/** What a failure of a status means, and what else helps then. */
const MEANING_OF_STATUS: Readonly<Record<number, readonly [meaning: string, hint?: string]>> = {
  400: ['The request is malformed.'],
  401: ['No valid credential came with the request.'],
  402: ['The budget for this is used up.'],
  403: ['The caller may not do this.'],
  404: ['There is no such row that the caller may see.'],
  409: ['The state of things does not allow this now.'],
  413: ['The body is too large.'],
  415: ['The body is not JSON in an encoding that is known.'],
  422: ['One or more fields are not valid.', 'See `errors`.'],
  424: [
    'Another service that this needs does not do its part.',
    'Waiting does not help; its set-up has to change.',
  ],
  429: ['Too many requests.', 'See the header `Retry-After`.'],
  500: ['Something went wrong on our side.', 'The request id tells which.'],
  503: ['A part of the service is not available.', 'See the header `Retry-After`.'],
};

/** A failure by its class, with the status that it is answered with. */
export function described({ code, kind }: DocumentedError): DescribedFailure {
  return { status: STATUS_OF_KIND[kind], code };
}

/** The same failures on any number of routes. */
interface SharedFailures {
  readonly response: RouteResponse;
  readonly uses: { readonly operation: RouteOperation; readonly status: string }[];
}

/**
 * Documents every failure of every route: each status with the codes that it can have there. What several routes have is
 * said once, under a name made of its codes.
 */
export function describeFailures(document: OpenAPIObject, routes: readonly DescribedRoute[]): void {
  const shared = new Map<string, SharedFailures>();
  for (const route of routes) {
    const shape = shapeOf(route);
    for (const [status, codes] of codesOf(route, shape)) {
      const { operation } = route;
      const other = operation.responses[status];
      const name = other
        ? `${operation.operationId ?? ''}.${status}`
        : shape.prefix + codes.map(pascalCase).join('Or');
      const known = shared.get(name) ?? { response: responseOf(status, codes, shape, other), uses: [] };
      known.uses.push({ operation, status });
      shared.set(name, known);
    }
  }
  const named = [...shared].filter(([, { uses }]) => uses.length > 1);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...OPENAI_ERROR_SCHEMA },
    responses: Object.fromEntries(named.map(([name, { response }]) => [name, response])),
  };
  for (const [name, { response, uses }] of shared) {
    const told = uses.length > 1 ? { $ref: `#/components/responses/${name}` } : response;
    uses.forEach(({ operation, status }) => (operation.responses[status] = told));
  }
}

function codesOf(route: DescribedRoute, shape: FailureShape): [string, string[]][] {
  const own = (takeNote(route.operation, FAILURES_NOTE) ?? []) as readonly DescribedFailure[];
  const common = COMMON_FAILURES.filter(({ concerns }) => concerns?.(route) ?? true);
  const told = [...common, ...own].map(({ status, code }) => ({
    status: String(shape.statusOf(status)),
    code: shape.codeOf(code),
  }));
  return [...Map.groupBy(told, ({ status }) => status)].map(([status, failures]) => [
    status,
    [...new Set(failures.map(({ code }) => code))].sort(),
  ]);
}

/** @param other what the route answers with this status besides problems. */
function responseOf(
  status: string,
  codes: readonly string[],
  shape: FailureShape,
  other?: RouteOperation['responses'][string],
): RouteResponse {
  const list = codes.map((code) => `\`${code}\``).join(', ');
  const meaning = MEANING_OF_STATUS[Number(status)] ?? [''];
  const exampleOf = (code: string): object =>
    shape.exampleOf({ status: Number(status), code, detail: meaning[0] });
  return {
    description: [...meaning, `Codes: ${list}.`].join(' ').trim(),
    headers: headersOf(status),
    content: {
      ...(other && 'content' in other ? other.content : {}),
      [shape.mediaType]: {
        schema: shape.schemaWith(codes),
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
      },
    },
  };
}

function pascalCase(code: string): string {
  return code.replaceAll(/(?:^|[._])([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
