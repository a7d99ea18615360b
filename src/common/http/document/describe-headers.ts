import type { OpenAPIObject } from '@nestjs/swagger';
import { type DescribedRoute, type Header, responsesOf } from './document-parts.js';

const REQUEST_ID: Header = {
  description:
    'Names the request in our logs: the one that was sent, where it is fit for that, or a new one.',
  required: true,
  schema: { type: 'string', minLength: 8, maxLength: 100, pattern: '^[\\w.-]+$' },
  example: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a',
};
const RETRY_AFTER: Header = {
  description: 'After how many seconds it makes sense to try again, where that is known.',
  required: false,
  schema: { type: 'integer', minimum: 1 },
  example: 5,
};
const WWW_AUTHENTICATE: Header = {
  description: 'How to sign in.',
  required: true,
  schema: { type: 'string', enum: ['Bearer'] },
  example: 'Bearer',
};
const IDEMPOTENCY_REPLAYED: Header = {
  description: 'Present when this is the answer to an earlier call with the same `Idempotency-Key`.',
  required: false,
  schema: { type: 'string', enum: ['true'] },
  example: 'true',
};
const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description:
    'Makes a repeated call safe: within 24 hours the same key and body give the first answer; another body is refused with 409.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
};

/** Readers take a header that is a reference for one that is always there, so only this one is. */
const REQUEST_ID_REFERENCE: Header = { $ref: '#/components/headers/RequestId' };

const HEADERS_OF_STATUS: Readonly<Record<string, Readonly<Record<string, Header>>>> = {
  401: { 'WWW-Authenticate': WWW_AUTHENTICATE },
  409: { 'Retry-After': RETRY_AFTER },
  429: { 'Retry-After': { ...RETRY_AFTER, required: true } },
  503: { 'Retry-After': RETRY_AFTER },
};

/** Makes the headers known that routes refer to. */
export function nameHeaders(document: OpenAPIObject): void {
  document.components = { ...document.components, headers: { RequestId: REQUEST_ID } };
}

/** What every answer with this status has. */
export function headersOf(status: string): Record<string, Header> {
  return { 'X-Request-Id': REQUEST_ID_REFERENCE, ...HEADERS_OF_STATUS[status] };
}

/** Documents the headers that a route takes, and those of its own answers. */
export function describeHeaders({ operation, isIdempotent }: DescribedRoute): void {
  if (isIdempotent) operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
  for (const [status, response] of responsesOf(operation)) {
    response.headers = {
      ...headersOf(status),
      ...(isIdempotent ? { 'Idempotency-Replayed': IDEMPOTENCY_REPLAYED } : {}),
    };
  }
}
