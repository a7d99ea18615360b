import { createHmac } from 'node:crypto';
import { hashToken, sameHash } from '#common/crypto';

const WINDOW_MS = 300_000;

/** What the secret of a hook is sealed for. */
export function sealedFor(hookId: string): string {
  return `table_hooks/${hookId}`;
}

/** The signature of an event: of the time and the body as it is sent, in hexadecimal. */
export function signatureOf(secret: string, timestamp: string, body: Buffer): string {
  return createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
}

/** Whether the signature is right, compared in constant time, and was made within five minutes of now. */
export function isSigned(
  secret: string,
  {
    timestamp,
    signature,
    body,
  }: { readonly timestamp: string; readonly signature: string; readonly body: Buffer },
  now: Date,
): boolean {
  const expected = `sha256=${signatureOf(secret, timestamp, body)}`;
  const isRight = sameHash(hashToken(signature), hashToken(expected));
  const isRecent =
    /^\d{10}$/.test(timestamp) && Math.abs(now.getTime() - Number(timestamp) * 1_000) <= WINDOW_MS;
  return isRight && isRecent;
}
