import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The last letter of 32 bytes holds four bits only: others that stand for the same bytes are not what we wrote. */
const TOKEN = /^([0-9a-f-]{36})\.([\w-]{42}[AEIMQUYcgkosw048])$/;

/** Signs ids for links, so that one that we did not give is known before anything is looked up. */
export class IdSignatures {
  readonly #key: Buffer;

  /** @param purpose tokens of one purpose are no use for another. */
  constructor(secret: string, purpose: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', `colloquy/${purpose}`, 32));
  }

  /** @param context what the id belongs to; the token is good for that alone. */
  tokenOf(id: string, context: string): string {
    return `${id}.${this.#sign(id, context).toString('base64url')}`;
  }

  /** The id, or null when the text is no token of ours. */
  idIn(token: string, context: string): string | null {
    const [, id, signature] = TOKEN.exec(token) ?? [];
    if (id === undefined || signature === undefined || !UUID.test(id)) return null;
    const given = Buffer.from(signature, 'base64url');
    const right = this.#sign(id, context);
    return given.length === right.length && timingSafeEqual(given, right) ? id : null;
  }

  #sign(id: string, context: string): Buffer {
    return createHmac('sha256', this.#key).update(`${id}.${context}`).digest();
  }
}
