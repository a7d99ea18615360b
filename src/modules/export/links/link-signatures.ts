import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecurityConfig } from '#config';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The last letter of 32 bytes holds four bits only: others that stand for the same bytes are not what we wrote. */
const TOKEN = /^([0-9a-f-]{36})\.([\w-]{42}[AEIMQUYcgkosw048])$/;

/** Signs links, so that one that we did not give is known before anything is looked up. */
@Injectable()
export class LinkSignatures {
  readonly #key: Buffer;

  constructor({ jwtSecret }: SecurityConfig) {
    this.#key = Buffer.from(hkdfSync('sha256', jwtSecret, '', 'colloquy/export-links', 32));
  }

  tokenOf(linkId: string, exportId: string): string {
    return `${linkId}.${this.#sign(linkId, exportId).toString('base64url')}`;
  }

  /** The id of the link, or null when the text is no token of ours for this export. */
  linkIn(token: string, exportId: string): string | null {
    const [, linkId, signature] = TOKEN.exec(token) ?? [];
    if (linkId === undefined || signature === undefined || !UUID.test(linkId)) return null;
    const given = Buffer.from(signature, 'base64url');
    const right = this.#sign(linkId, exportId);
    return given.length === right.length && timingSafeEqual(given, right) ? linkId : null;
  }

  #sign(linkId: string, exportId: string): Buffer {
    return createHmac('sha256', this.#key).update(`${linkId}.${exportId}`).digest();
  }
}
