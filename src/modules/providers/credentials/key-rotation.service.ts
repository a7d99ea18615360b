import { Injectable } from '@nestjs/common';
import { SecretBox } from '#common/crypto';
import { CredentialsRepository } from './credentials.repository.js';

const AT_ONCE = 100;

/** Seals anew what former keys sealed. */
@Injectable()
export class KeyRotationService {
  constructor(
    private readonly repository: CredentialsRepository,
    private readonly secrets: SecretBox,
  ) {}

  /**
   * Seals every stored secret with the key that is in use now, while processes go on. Can be repeated.
   *
   * @returns how many were sealed anew.
   * @throws Error when one was sealed with a key that is not known any more; those before it are done.
   */
  async rotate(): Promise<number> {
    let done = 0;
    for (;;) {
      const batch = await this.repository.sealedOtherwise(this.secrets.keyId, AT_ONCE);
      for (const { id, workspaceId, sealed } of batch) {
        const context = `provider_credentials/${id}`;
        const anew = this.secrets.seal(this.secrets.open(sealed, context), context);
        await this.repository.reseal(workspaceId, id, sealed, anew);
      }
      done += batch.length;
      if (batch.length < AT_ONCE) return done;
    }
  }
}
