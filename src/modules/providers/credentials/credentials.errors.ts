import { DomainError } from '#common/errors';

/** The credential lacks something that the provider needs, or has something that may not be. */
export class CredentialIncomplete extends DomainError {
  static readonly code = 'credentials.incomplete';
  static readonly kind = 'invalid';
  constructor(path: string, message: string) {
    super(CredentialIncomplete.code, CredentialIncomplete.kind, 'The credential cannot be used like this.', {
      fields: [{ path, message }],
    });
  }
}
