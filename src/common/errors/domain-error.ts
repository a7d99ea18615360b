/** How a failure is to be treated; the HTTP layer alone turns it into a status code. */
export type ErrorKind =
  | 'malformed'
  | 'invalid'
  | 'unauthenticated'
  | 'payment_required'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'range_outside'
  | 'limited'
  | 'dependency_failed'
  | 'unavailable';

/** One field that is wrong, as a path into the request (`model.temperature`) and a sentence. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/** What may be told to the caller besides code and message. Never holds secrets, prompts or internals. */
export interface ErrorDetails {
  /** Wrong fields, for `invalid`. */
  readonly fields?: readonly FieldProblem[];
  /** After how many seconds it makes sense to try again, for `limited` and `unavailable`. */
  readonly retryAfterSeconds?: number;
}

/** Which case it is. `code` is stable and part of the API (`bots.unknown_model`). */
export interface NamedCase {
  readonly code: string;
  readonly kind: ErrorKind;
}

/**
 * A failure that the domain knows and that callers may rely on; `message` is safe to show.
 *
 * Subclass once a case, in `<module>.errors.ts`, with `static readonly code` and `static readonly kind`, so that
 * routes can document it. The class itself is then the case that it names.
 */
export abstract class DomainError extends Error implements NamedCase {
  readonly code: string;
  readonly kind: ErrorKind;

  constructor(
    { code, kind }: NamedCase,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.kind = kind;
  }
}

/** A `DomainError` class that names its own code and kind, as `@Fails()` needs it for the OpenAPI document. */
export interface DocumentedError extends NamedCase {
  readonly name: string;
}
