import { Injectable } from '@nestjs/common';
import { SecurityConfig } from '#config';
import { IdSignatures } from '#common/crypto';

/** Signs links to the files of exports. */
@Injectable()
export class LinkSignatures {
  readonly #signatures: IdSignatures;

  constructor({ jwtSecret }: SecurityConfig) {
    this.#signatures = new IdSignatures(jwtSecret, 'export-links');
  }

  tokenOf(linkId: string, exportId: string): string {
    return this.#signatures.tokenOf(linkId, exportId);
  }

  /** The id of the link, or null when the text is no token of ours for this export. */
  linkIn(token: string, exportId: string): string | null {
    return this.#signatures.idIn(token, exportId);
  }
}
