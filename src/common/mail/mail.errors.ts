import { DomainError } from '#common/errors';

/** The mail server does not answer, or does not take the letter just now. */
export class MailNotSent extends DomainError {
  static readonly code = 'mail.not_sent';
  static readonly kind = 'unavailable';
  constructor(options?: { cause?: unknown }) {
    super(MailNotSent, 'The mail server did not take the letter.', {}, options);
  }
}

/** The mail server will not take the letter, now or later: the address or the sender is refused. */
export class MailRefused extends DomainError {
  static readonly code = 'mail.refused';
  static readonly kind = 'dependency_failed';
  constructor(options?: { cause?: unknown }) {
    super(MailRefused, 'The mail server refused the letter.', {}, options);
  }
}
