import { DomainError } from '#common/errors';

/** The caller made more calls than it may. */
export class TooManyRequests extends DomainError {
  static readonly code = 'too_many_requests';
  static readonly kind = 'limited';
  constructor(retryAfterSeconds: number) {
    super(TooManyRequests, 'Too many requests. Try again later.', {
      retryAfterSeconds: Math.max(1, retryAfterSeconds),
    });
  }
}

/** The process ends before it could answer. Another one, or the next, will. */
export class Stopping extends DomainError {
  static readonly code = 'stopping';
  static readonly kind = 'unavailable';
  constructor() {
    super(Stopping, 'The server is being restarted. Try again.', {
      retryAfterSeconds: 1,
    });
  }
}

/** The key was used before for something else. */
export class IdempotencyKeyReused extends DomainError {
  static readonly code = 'idempotency.key_reused';
  static readonly kind = 'conflict';
  constructor() {
    super(IdempotencyKeyReused, 'This Idempotency-Key was used with another request.');
  }
}

/** The form breaks off, holds too many parts, or is none. */
export class FormMalformed extends DomainError {
  static readonly code = 'form_malformed';
  static readonly kind = 'malformed';
  constructor(reason = 'The form could not be read to its end.') {
    super(FormMalformed, reason);
  }
}

/** A form is not kept in memory, so nobody could tell whether the same one came again. */
export class IdempotencyKeyRefused extends DomainError {
  static readonly code = 'idempotency.key_refused';
  static readonly kind = 'invalid';
  constructor() {
    super(
      IdempotencyKeyRefused,
      'This route takes no Idempotency-Key: it recognises a file that comes again by its content.',
    );
  }
}

/** The first call with this key has not ended yet. */
export class IdempotencyInProgress extends DomainError {
  static readonly code = 'idempotency.in_progress';
  static readonly kind = 'conflict';
  constructor() {
    super(IdempotencyInProgress, 'The first call with this Idempotency-Key is still running.', {
      retryAfterSeconds: 1,
    });
  }
}

/** The key is not 1 to 255 visible ASCII characters. */
export class IdempotencyKeyInvalid extends DomainError {
  static readonly code = 'idempotency.key_invalid';
  static readonly kind = 'invalid';
  constructor() {
    super(IdempotencyKeyInvalid, 'Idempotency-Key must be 1 to 255 visible ASCII characters.');
  }
}
