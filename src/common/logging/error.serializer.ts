import { DriverException } from '@mikro-orm/core';

/** A failure as it stands in the log. */
export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

const DEEPEST_CAUSE = 3;

function codeOf(error: Error): string | undefined {
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

/** Where it happened, without the message that stands above it in a stack. */
function framesOf({ stack = '' }: Error): string {
  const first = stack.search(/\n\s+at /);
  return first === -1 ? '' : stack.slice(first + 1);
}

/**
 * What of a failure may be logged. The database's own errors quote statements and values, which may be messages and
 * hashes of passwords: of them only the kind, the code and the constraint are kept.
 */
export function serializeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'Something that is no error was thrown.' };
  const isDatabase = error instanceof DriverException || 'severity' in error;
  const constraint: unknown = Reflect.get(error, 'constraint');
  const code = codeOf(error);
  return {
    type: error.constructor.name,
    message: isDatabase
      ? `The database refused${typeof constraint === 'string' ? `: ${constraint}` : ''}`
      : error.message,
    ...(code === undefined ? {} : { code }),
    stack: framesOf(error),
    ...(error.cause === undefined || isDatabase || depth >= DEEPEST_CAUSE
      ? {}
      : { cause: serializeError(error.cause, depth + 1) }),
  };
}
