import { Injectable, Logger } from '@nestjs/common';
import { CredentialsRepository } from './credentials.repository.js';

/** Notes on credentials what providers think of them, beside the call that found out. */
@Injectable()
export class CredentialMarks {
  readonly #logger = new Logger(CredentialMarks.name);

  constructor(private readonly repository: CredentialsRepository) {}

  /** The provider turned it down: others are tried first from now on. */
  refuse(workspaceId: string, credentialId: string | null): void {
    if (credentialId === null) return;
    this.#logger.warn({ credentialId }, 'A provider refuses a credential');
    this.repository.mark(workspaceId, credentialId, 'refused').catch((error: unknown) => {
      this.#logger.warn({ err: error, credentialId }, 'A refused credential could not be marked');
    });
  }
}
