import { DomainError, NotFound } from '#common/errors';
import { MAX_CONNECTIONS } from './remote.types.js';

/** There is no such connection in this workspace. */
export class ConnectionNotFound extends NotFound {
  constructor() {
    super('The connection');
  }
}

/** The table is linked to no other. */
export class LinkNotFound extends NotFound {
  constructor() {
    super('The link');
  }
}

/** The account has no such table, or may not see it. */
export class RemoteTableGone extends DomainError {
  static readonly code = 'tables.remote_table_gone';
  static readonly kind = 'not_found';
  constructor(cause?: unknown) {
    super(RemoteTableGone, 'The account has no such table, or may not see it.', {}, { cause });
  }
}

/** The other service refuses the credentials, or what is asked with them. */
export class RemoteRefused extends DomainError {
  static readonly code = 'tables.remote_refused';
  static readonly kind = 'dependency_failed';
  constructor(cause?: unknown) {
    super(
      RemoteRefused,
      'The other service refuses the credentials of the connection, or what was asked with them.',
      {},
      { cause },
    );
  }
}

/** The other service does not answer, or not now. */
export class RemoteAway extends DomainError {
  static readonly code = 'tables.remote_away';
  static readonly kind = 'unavailable';
  constructor(why: string, cause?: unknown, retryAfterSeconds = 5) {
    super(RemoteAway, why, { retryAfterSeconds }, { cause });
  }
}

/** The other service answers in a way that is not known here. */
export class RemoteNotUnderstood extends DomainError {
  static readonly code = 'tables.remote_not_understood';
  static readonly kind = 'dependency_failed';
  constructor(cause?: unknown) {
    super(
      RemoteNotUnderstood,
      'The other service answered in a way that is not understood here.',
      {},
      { cause },
    );
  }
}

/** The other service does not take values of a record. */
export class RemoteValuesRefused extends DomainError {
  static readonly code = 'tables.remote_values_refused';
  static readonly kind = 'invalid';
  constructor(why: string, cause?: unknown) {
    super(RemoteValuesRefused, why, {}, { cause });
  }
}

/** The workspace has as many connections as there may be. */
export class ConnectionLimitReached extends DomainError {
  static readonly code = 'tables.connection_limit_reached';
  static readonly kind = 'conflict';
  constructor() {
    super(ConnectionLimitReached, `There can be at most ${String(MAX_CONNECTIONS)} connections.`);
  }
}

/** Tables are linked by the connection. */
export class ConnectionInUse extends DomainError {
  static readonly code = 'tables.connection_in_use';
  static readonly kind = 'conflict';
  constructor() {
    super(ConnectionInUse, 'Tables are linked by this connection. Remove their links first.');
  }
}

/** The hosted table is linked already, or the other table is linked to another one. */
export class TableLinkedElsewhere extends DomainError {
  static readonly code = 'tables.linked_elsewhere';
  static readonly kind = 'conflict';
  constructor() {
    super(
      TableLinkedElsewhere,
      'This table is linked already, or another table is linked to the remote one.',
    );
  }
}

/** In how many ways asking another service for its tables can fail. */
export const REMOTE_FAILURES = [RemoteRefused, RemoteAway, RemoteNotUnderstood] as const;
