import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { OutboundError, OutboundProtocolError, OutboundTimeout, OutboundTooLarge } from '#common/http';
import {
  ContentFiltered,
  ContextTooLong,
  type FailureFacts,
  ProviderAuthFailed,
  ProviderFailure,
  ProviderOverloaded,
  ProviderProtocolBroken,
  ProviderRateLimited,
  ProviderRequestRefused,
  ProviderTimedOut,
  ProviderUnreachable,
} from '../../providers.errors.js';

const NO_CREDIT = /insufficient_quota|billing/;
const TOO_LONG =
  /context_length|context length|context window|maximum context|too many tokens|string_above_max/i;
const FILTERED = /content_filter|content_policy|content policy|moderation/i;
const MODEL_UNKNOWN = /model_not_found|does not exist/i;

/**
 * What the vendor said, without its prose: that can repeat the prompt or the key, and causes end up in logs.
 * The request id lets the operator ask the vendor.
 */
class OpenAiRefusal extends Error {
  override readonly name = 'OpenAiRefusal';
  constructor({ status, code, type, requestID }: APIError) {
    const facts = { status, code, type, request: requestID };
    super(
      Object.entries(facts)
        .filter(([, value]) => /^[\w.-]{1,80}$/.test(String(value ?? '')))
        .map(([name, value]) => `${name} ${String(value)}`)
        .join(', ') || 'no details',
    );
  }
}

/**
 * What a failure of the SDK, the network or the stream means.
 *
 * @param sent names of the settings that were sent; the failure may name one of them.
 */
export function failureFrom(failure: unknown, sent: readonly string[] = []): ProviderFailure {
  if (failure instanceof ProviderFailure) return failure;
  if (failure instanceof OutboundError) return failureOfConnection(failure);
  if (failure instanceof APIConnectionTimeoutError) return new ProviderTimedOut({ cause: failure.cause });
  if (failure instanceof APIConnectionError) return failureOfConnection(failure.cause);
  if (failure instanceof APIError) return failureOfAnswer(failure as APIError, sent);
  return new ProviderProtocolBroken({ cause: failure });
}

function failureOfConnection(cause: unknown): ProviderFailure {
  if (cause instanceof OutboundTimeout) return new ProviderTimedOut({ cause });
  const isBroken = cause instanceof OutboundProtocolError || cause instanceof OutboundTooLarge;
  return isBroken ? new ProviderProtocolBroken({ cause }) : new ProviderUnreachable({ cause });
}

function failureOfAnswer(error: APIError, sent: readonly string[]): ProviderFailure {
  const facts = { cause: new OpenAiRefusal(error), ...retryAfter(error) };
  return failureOfReason(error, facts) ?? failureOfStatus(error, facts, sent);
}

/** The failures that go by what is said, whatever the status; in the middle of a stream there is none. */
function failureOfReason(error: APIError, facts: FailureFacts): ProviderFailure | null {
  const reason = `${error.code ?? ''} ${error.type ?? ''}`;
  if (NO_CREDIT.test(reason)) return new ProviderAuthFailed(facts);
  if (error.status !== undefined && !isRefusal(error.status)) return null;
  const said = `${reason} ${error.message}`;
  if (TOO_LONG.test(said)) return new ContextTooLong(facts);
  if (FILTERED.test(said)) return new ContentFiltered(facts);
  return null;
}

function failureOfStatus(error: APIError, facts: FailureFacts, sent: readonly string[]): ProviderFailure {
  const { status } = error;
  if (status === undefined) return failureInStream(error, facts);
  if (status === 401 || status === 402 || status === 403) return new ProviderAuthFailed(facts);
  if (status === 408 || status === 504) return new ProviderTimedOut(facts);
  if (status === 413) return new ContextTooLong(facts);
  if (status === 429) return new ProviderRateLimited(facts);
  if (status === 409 || status >= 500) return new ProviderOverloaded(facts);
  const { param, code } = error;
  const parameter = MODEL_UNKNOWN.test(`${code ?? ''} ${error.message}`) ? 'model' : param;
  return new ProviderRequestRefused(
    facts,
    sent.find((name) => name === parameter),
  );
}

function failureInStream(error: APIError, facts: FailureFacts): ProviderFailure {
  const reason = `${error.code ?? ''} ${error.type ?? ''}`;
  if (/rate_limit|429/.test(reason)) return new ProviderRateLimited(facts);
  if (/overloaded|server_error|internal|unavailable|\b5\d\d\b/.test(reason))
    return new ProviderOverloaded(facts);
  return new ProviderProtocolBroken(facts);
}

function isRefusal(status: number): boolean {
  return status === 400 || status === 403 || status === 413 || status === 422;
}

function retryAfter({ headers }: APIError): { retryAfterSeconds?: number } {
  const asked = headers?.get('retry-after')?.trim();
  if (!asked) return {};
  const seconds = /^\d+(\.\d+)?$/.test(asked) ? Number(asked) : (Date.parse(asked) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? { retryAfterSeconds: Math.max(0, Math.ceil(seconds)) } : {};
}
