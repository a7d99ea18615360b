import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SecurityConfig } from '#config';

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/** Seals texts with AES-256-GCM. A sealed text names the key that made it, so that keys can be changed. */
@Injectable()
export class SecretBox {
  readonly #current: Key;
  readonly #known: ReadonlyMap<string, Key>;

  constructor({ encryptionKey, previousEncryptionKeys }: SecurityConfig) {
    this.#current = keyFrom(encryptionKey);
    const keys = [...previousEncryptionKeys.map(keyFrom), this.#current];
    this.#known = new Map(keys.map((key) => [key.id, key]));
  }

  /** Of the key that seals from now on. */
  get keyId(): string {
    return this.#current.id;
  }

  /** @param context what the secret belongs to; opening it elsewhere fails. */
  seal(plain: string, context: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const { id, bytes } = this.#current;
    const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, id, sealed.toString('base64url')].join('.');
  }

  /** @throws Error when the text was changed, or sealed with an unknown key or for another context. */
  open(sealed: string, context: string): string {
    const [version, keyId, body] = sealed.split('.');
    const key = this.#known.get(keyId ?? '');
    if (version !== VERSION || !key || !body) throw new Error('Sealed with an unknown key.');
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return (
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    );
  }
}

function keyFrom(secret: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'colloquy/secret-box', 32));
  return { bytes, id: createHash('sha256').update(bytes).digest('hex').slice(0, 8) };
}
