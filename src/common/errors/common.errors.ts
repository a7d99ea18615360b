import { DomainError, type FieldProblem } from './domain-error.js';

/** The thing does not exist, or the actor may not know that it does. */
export class NotFound extends DomainError {
  static readonly code = 'not_found';
  static readonly kind = 'not_found';
  constructor(what: string) {
    super(NotFound, `${what} was not found.`);
  }
}

/** Fields that are well-formed JSON but not acceptable. */
export class InvalidFields extends DomainError {
  static readonly code = 'invalid_fields';
  static readonly kind = 'invalid';
  constructor(fields: readonly FieldProblem[]) {
    super(InvalidFields, 'One or more fields are not valid.', { fields });
  }
}

/** The actor is known but may not do this. */
export class Forbidden extends DomainError {
  static readonly code = 'forbidden';
  static readonly kind = 'forbidden';
  constructor(message = 'You may not do this.') {
    super(Forbidden, message);
  }
}

/** No valid credential came with the request. */
export class Unauthenticated extends DomainError {
  static readonly code = 'unauthenticated';
  static readonly kind = 'unauthenticated';
  constructor(message = 'A valid access token or API key is needed.') {
    super(Unauthenticated, message);
  }
}

/** A part that the request needs (database, queue) does not answer just now. */
export class Unavailable extends DomainError {
  static readonly code = 'unavailable';
  static readonly kind = 'unavailable';
  constructor(message = 'A part of the service is not available. Try again shortly.', cause?: unknown) {
    super(Unavailable, message, { retryAfterSeconds: 5 }, { cause });
  }
}

/** The database has no space left. What was saved is safe and can be read. */
export class StorageFull extends DomainError {
  static readonly code = 'storage.full';
  static readonly kind = 'unavailable';
  constructor() {
    super(StorageFull, 'There is no space left to save anything. What was saved is safe.', {
      retryAfterSeconds: 30,
    });
  }
}
