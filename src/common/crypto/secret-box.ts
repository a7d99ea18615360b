import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecurityConfig } from '#config';

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals texts with AES-256-GCM. A sealed text names the key that made it, so that keys can be changed. */
@Injectable()
export class SecretBox {
  readonly #key: Buffer;
  readonly #keyId: string;

  constructor(config: SecurityConfig) {
    this.#key = Buffer.from(hkdfSync('sha256', config.encryptionKey, '', 'colloquy/secret-box', 32));
    this.#keyId = createHash('sha256').update(this.#key).digest('hex').slice(0, 8);
  }

  /** @param context what the secret belongs to; opening it elsewhere fails. */
  seal(plain: string, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, this.#keyId, sealed.toString('base64url')].join('.');
  }

  /** @throws Error when the text was changed, or sealed with another key or for another context. */
  open(sealed: string, context: string): string {
    const [version, keyId, body] = sealed.split('.');
    if (version !== VERSION || keyId !== this.#keyId || !body) throw new Error('Sealed with an unknown key.');
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return (
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    );
  }
}
