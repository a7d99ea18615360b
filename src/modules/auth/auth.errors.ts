import { DomainError } from '#common/errors';

/** Somebody has registered with this address already. */
export class EmailTaken extends DomainError {
  static readonly code = 'auth.email_taken';
  static readonly kind = 'conflict';
  constructor() {
    super(EmailTaken, 'An account with this e-mail address exists already.');
  }
}

/** E-mail address and password do not belong together; which of them is wrong is not said. */
export class WrongCredentials extends DomainError {
  static readonly code = 'auth.wrong_credentials';
  static readonly kind = 'unauthenticated';
  constructor() {
    super(WrongCredentials, 'E-mail address or password is wrong.');
  }
}

/** The refresh token is unknown, expired, used before, or its session has ended. */
export class InvalidRefreshToken extends DomainError {
  static readonly code = 'auth.invalid_refresh_token';
  static readonly kind = 'unauthenticated';
  constructor() {
    super(InvalidRefreshToken, 'The refresh token is not valid. Sign in again.');
  }
}

/** The key would be able to do more than the one who makes it. */
export class KeyAboveMaker extends DomainError {
  static readonly code = 'auth.key_above_maker';
  static readonly kind = 'forbidden';
  constructor() {
    super(KeyAboveMaker, 'A key cannot be given more rights than you have.');
  }
}
