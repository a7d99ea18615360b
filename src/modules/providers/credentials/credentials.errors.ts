import { DomainError } from '#common/errors';

/** The credential lacks something that the provider needs, or has something that may not be. */
export class CredentialIncomplete extends DomainError {
  static readonly code = 'credentials.incomplete';
  static readonly kind = 'invalid';
  constructor(path: string, message: string) {
    super(CredentialIncomplete, 'The credential cannot be used like this.', {
      fields: [{ path, message }],
    });
  }
}

/** The workspace embeds with it, or its passages have the vectors of a model that is asked with it. */
export class CredentialInUse extends DomainError {
  static readonly code = 'credentials.in_use';
  static readonly kind = 'conflict';
  constructor() {
    const message =
      'The workspace is searched by a model that is asked with this credential. Choose another one at `/v1/workspace/embeddings` first, and let the change end.';
    super(CredentialInUse, message);
  }
}
