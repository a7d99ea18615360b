import { HttpStatus } from '@nestjs/common';
import type { ErrorKind } from '#common/errors';

/** The one place where kinds of failure become status codes. */
export const STATUS_OF_KIND: Readonly<Record<ErrorKind, HttpStatus>> = {
  malformed: HttpStatus.BAD_REQUEST,
  invalid: HttpStatus.UNPROCESSABLE_ENTITY,
  unauthenticated: HttpStatus.UNAUTHORIZED,
  payment_required: HttpStatus.PAYMENT_REQUIRED,
  forbidden: HttpStatus.FORBIDDEN,
  not_found: HttpStatus.NOT_FOUND,
  conflict: HttpStatus.CONFLICT,
  too_large: HttpStatus.PAYLOAD_TOO_LARGE,
  range_outside: HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
  // Not a 5xx: clients and proxies try those again by themselves, which helps nobody here.
  dependency_failed: HttpStatus.FAILED_DEPENDENCY,
  limited: HttpStatus.TOO_MANY_REQUESTS,
  unavailable: HttpStatus.SERVICE_UNAVAILABLE,
};

/** The short title that RFC 9457 wants for each status. */
export const TITLE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'Malformed request',
  401: 'Not signed in',
  402: 'Budget used up',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Request timeout',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  416: 'Range not satisfiable',
  422: 'Invalid fields',
  424: 'Refused elsewhere',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Not available',
};

/** The `code` of failures that have no class of their own: they happen before a route is reached, or are not expected. */
export const CODE_OF_STATUS = {
  400: 'malformed_request',
  404: 'not_found',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  500: 'internal',
} as const;
