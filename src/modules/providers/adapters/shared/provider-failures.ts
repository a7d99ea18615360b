import {
  OutboundError,
  OutboundProtocolError,
  OutboundTimeout,
  OutboundTooLarge,
  OutboundUnreachable,
} from '#common/http';
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

const TOO_LONG =
  /context_length|context length|context window|maximum context|too many tokens|string_above_max|prompt is too long|exceed context limit|input token count/i;
const FILTERED =
  /content_filter|content_policy|content policy|content filtering|moderation|invalid_prompt|usage policy|(?:bio|misalignment)_policy/i;
const NO_CREDIT = /insufficient_quota|billing|credit balance/i;
const MODEL_UNKNOWN = /model_not_found|does not exist|not_found_error|is not found for api version/i;

/** Codes are words; a key that a server echoes in their place is not. */
const WORDS_OR_NUMBER = /^(?:[A-Za-z]{1,30}(?:_[A-Za-z]{1,30}){0,6}|\d{3})$/;

/** What a provider answered in place of an answer, as its SDK tells it. */
export interface Refusal {
  /** None in the middle of a stream. */
  readonly status?: number | undefined;
  /** The vendor's own words for the kind of failure. */
  readonly codes: readonly (string | null | undefined)[];
  /** The vendor's prose; read, never kept: it can repeat the prompt or the key. */
  readonly message: string;
  readonly requestId?: string | null | undefined;
  readonly headers?: Headers | undefined;
  /** The setting that the vendor found fault with. */
  readonly parameter?: string | null | undefined;
}

/** What the vendor said, without its prose. The request id lets the operator ask the vendor. */
class ProviderRefusal extends Error {
  override readonly name = 'ProviderRefusal';
  constructor({ status, codes, requestId }: Refusal) {
    const facts: [string, string | number | null | undefined, RegExp][] = [
      ['status', status, /^\d{3}$/],
      ...codes.map((code): [string, string | number | null | undefined, RegExp] => [
        'code',
        code,
        WORDS_OR_NUMBER,
      ]),
      ['request', requestId, /^[\w.-]{1,80}$/],
    ];
    super(
      facts
        .filter(([, value, form]) => form.test(String(value ?? '')))
        .map(([name, value]) => `${name} ${String(value)}`)
        .join(', ') || 'no details',
    );
  }
}

/** What a failure of the network or of the guarded client means; `null` when it is none. */
export function failureOfConnection(failure: unknown): ProviderFailure | null {
  if (failure instanceof ProviderFailure) return failure;
  if (failure instanceof OutboundTimeout) return new ProviderTimedOut({ cause: failure });
  if (failure instanceof OutboundProtocolError || failure instanceof OutboundTooLarge)
    return new ProviderProtocolBroken({ cause: failure });
  return failure instanceof OutboundError ? new ProviderUnreachable({ cause: failure }) : null;
}

/** A connection that is lost in the middle of an answer was there: the answer broke off. */
export function brokenOff(failure: unknown): unknown {
  return failure instanceof OutboundUnreachable ? new ProviderProtocolBroken({ cause: failure }) : failure;
}

/**
 * What a refusal means.
 *
 * @param sent names of the settings that were sent; the refusal may name one of them.
 */
export function failureOfRefusal(refusal: Refusal, sent: readonly string[] = []): ProviderFailure {
  const facts = { cause: new ProviderRefusal(refusal), ...retryAfter(refusal.headers) };
  return failureOfReason(refusal, facts) ?? failureOfStatus(refusal, facts, sent);
}

/** The failures that go by what is said, whatever the status; in the middle of a stream there is none. */
function failureOfReason({ status, codes, message }: Refusal, facts: FailureFacts): ProviderFailure | null {
  const reason = codes.map((code) => code ?? '').join(' ');
  if (NO_CREDIT.test(reason)) return new ProviderAuthFailed(facts);
  if (status !== undefined && !isRefused(status)) return null;
  const said = `${reason} ${message}`;
  if (NO_CREDIT.test(said) && status !== undefined) return new ProviderAuthFailed(facts);
  if (TOO_LONG.test(said)) return new ContextTooLong(facts);
  return FILTERED.test(said) ? new ContentFiltered(facts) : null;
}

function failureOfStatus(refusal: Refusal, facts: FailureFacts, sent: readonly string[]): ProviderFailure {
  const { status, codes, message, parameter } = refusal;
  if (status === undefined) return failureInStream(codes, facts);
  if (status === 401 || status === 402 || status === 403) return new ProviderAuthFailed(facts);
  if (status === 408 || status === 504) return new ProviderTimedOut(facts);
  if (status === 413) return new ContextTooLong(facts);
  if (status === 429) return new ProviderRateLimited(facts);
  if (status === 409 || status >= 500) return new ProviderOverloaded(facts);
  const isModel = MODEL_UNKNOWN.test(`${codes.join(' ')} ${message}`);
  const blamed = isModel ? 'model' : parameter;
  return new ProviderRequestRefused(
    facts,
    sent.find((name) => name === blamed),
  );
}

function failureInStream(codes: readonly unknown[], facts: FailureFacts): ProviderFailure {
  const reason = codes.join(' ').toLowerCase();
  if (/rate_limit|resource_exhausted|429/.test(reason)) return new ProviderRateLimited(facts);
  if (/authentication|permission|unauthenticated/.test(reason)) return new ProviderAuthFailed(facts);
  if (/overloaded|server_error|api_error|internal|unavailable|\b5\d\d\b/.test(reason))
    return new ProviderOverloaded(facts);
  return new ProviderProtocolBroken(facts);
}

function isRefused(status: number): boolean {
  return status === 400 || status === 403 || status === 404 || status === 413 || status === 422;
}

/** `retry-after-ms` is exact, `retry-after` a number of seconds or a date. */
function retryAfter(headers: Headers | undefined): { retryAfterSeconds?: number } {
  const ms = headers?.get('retry-after-ms')?.trim();
  if (ms && /^\d+(\.\d+)?$/.test(ms)) return { retryAfterSeconds: Number(ms) / 1_000 };
  const asked = headers?.get('retry-after')?.trim();
  if (!asked) return {};
  const seconds = /^\d+(\.\d+)?$/.test(asked) ? Number(asked) : (Date.parse(asked) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? { retryAfterSeconds: Math.max(0, Math.ceil(seconds)) } : {};
}
