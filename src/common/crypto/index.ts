/**
 * Owns password hashing, random tokens and the sealing of stored secrets.
 * Does not own who may see them.
 * Announces nothing.
 */
export { CryptoModule } from './crypto.module.js';
export { IdSignatures } from './id-signatures.js';
export { Passwords } from './passwords.js';
export { SecretBox } from './secret-box.js';
export { hashToken, newToken, sameHash } from './tokens.js';
