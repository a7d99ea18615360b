import type { DomainError } from '#common/errors';
import { OutboundError } from '#common/http';
import {
  RemoteAway,
  RemoteNotUnderstood,
  RemoteRefused,
  RemoteTableGone,
  RemoteValuesRefused,
} from '../../remote/remote.errors.js';
import { TokenRefused } from './zapier-token.js';

const MAX_RETRY_AFTER_SECONDS = 3_600;
const SHOWN_CHARACTERS = 300;

interface SdkFailure extends Error {
  readonly statusCode?: number;
  readonly rateLimit?: { readonly retryAfterMs?: number };
}

/** What a failure of the SDK means to us. @param isWriting whether values were sent, which may be what is wrong. */
export function translateFailure(failure: unknown, isWriting: boolean): DomainError {
  const outbound = causesOf(failure).find((one) => one instanceof OutboundError);
  if (outbound instanceof OutboundError) {
    return outbound.kind === 'unavailable'
      ? new RemoteAway(`Zapier cannot be reached: ${outbound.message}`, failure)
      : new RemoteNotUnderstood(failure);
  }
  const token = causesOf(failure).find((one) => one instanceof TokenRefused);
  const { name, statusCode, rateLimit } = (token ?? failure) as SdkFailure;
  if (name === 'ZapierRateLimitError') {
    const seconds = Math.ceil((rateLimit?.retryAfterMs ?? 60_000) / 1_000);
    const why = 'Zapier takes no more requests of this account just now.';
    return new RemoteAway(why, failure, Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, seconds)));
  }
  if (statusCode !== undefined && statusCode >= 500)
    return new RemoteAway('Zapier has trouble of its own just now.', failure);
  if (token instanceof TokenRefused && statusCode !== undefined && statusCode >= 400)
    return new RemoteRefused(failure);
  if (name === 'ZapierAuthenticationError' || name === 'ZapierApprovalError' || isRefusal(statusCode))
    return new RemoteRefused(failure);
  if (statusCode === 404) return new RemoteTableGone(failure);
  if (isWriting && name === 'ZapierValidationError')
    return new RemoteValuesRefused((failure as Error).message.slice(0, SHOWN_CHARACTERS), failure);
  return new RemoteNotUnderstood(failure);
}

function isRefusal(status: number | undefined): boolean {
  return status === 401 || status === 402 || status === 403;
}

function causesOf(failure: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let one = failure; one !== undefined && one !== null && causes.length < 10;) {
    causes.push(one);
    one = typeof one === 'object' && 'cause' in one ? one.cause : undefined;
  }
  return causes;
}
