import { hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';

// OWASP's recommended setting: 19 MiB, two passes, one lane. Argon2id is the library's default algorithm.
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes and checks passwords with Argon2id, off the event loop. */
@Injectable()
export class Passwords {
  #decoy?: Promise<string>;

  hash(password: string): Promise<string> {
    return hash(password.normalize('NFKC'), OPTIONS);
  }

  /** Takes as long without a stored hash as with one, so that timing does not tell who has an account. */
  async matches(password: string, storedHash: string | undefined): Promise<boolean> {
    this.#decoy ??= this.hash('a password that nobody has');
    const matches = await verify(storedHash ?? (await this.#decoy), password.normalize('NFKC'));
    return matches && storedHash !== undefined;
  }
}
