import { ApiError } from '@google/genai/web';
import { type ProviderFailure, ProviderProtocolBroken } from '../../providers.errors.js';
import { failureOfConnection, failureOfRefusal, type Refusal } from '../shared/provider-failures.js';
import { GeminiRefusal } from './gemini-refusal.js';

/** What Google adds to an error; each kind of addition has its own fields. */
interface Detail {
  readonly reason?: unknown;
  /** Seconds, as "3.5s". */
  readonly retryDelay?: unknown;
  readonly fieldViolations?: unknown;
}

interface ErrorFacts {
  readonly status?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
}

/** A bad key is refused as a bad request, 400. */
const BAD_KEY = /API_KEY_INVALID|api key (?:not valid|not found|expired)/i;
/** Google's words for kinds of failure; what looks otherwise could be anything, a key among it. */
const KIND = /^[A-Z]+(?:_[A-Z]+)*$/;

/**
 * What a failure of the SDK, the network or the stream means.
 *
 * @param sent names of the settings that were sent; the failure may name one of them.
 */
export function failureFrom(failure: unknown, sent: readonly string[] = []): ProviderFailure {
  const ofConnection = failureOfConnection(failure);
  if (ofConnection) return ofConnection;
  if (failure instanceof GeminiRefusal) return failureOfRefusal(refusalOf(failure, sent), sent);
  if (failure instanceof ApiError) {
    const { status, message } = failure;
    // Of an error in the middle of a stream, the SDK gives the JSON after some words of its own.
    const body = message.slice(message.indexOf('{'));
    return failureOfRefusal(refusalOf({ status, body, headers: new Headers() }, sent), sent);
  }
  // The SDK's other errors repeat what could not be read, or a header that could not be sent.
  return new ProviderProtocolBroken();
}

function refusalOf(
  { status, body, headers }: Pick<GeminiRefusal, 'status' | 'body' | 'headers'>,
  sent: readonly string[],
): Refusal {
  const error = errorIn(body);
  const details = listOf<Detail>(error.details);
  const message = typeof error.message === 'string' ? error.message : '';
  const codes = [error.status, ...details.map(({ reason }) => reason)].filter(isKind);
  return {
    status: BAD_KEY.test(`${codes.join(' ')} ${message}`) ? 401 : status,
    ...{ codes, message },
    headers: withRetryDelay(headers, details),
    parameter: blamedIn(details, message, sent),
  };
}

/** Nothing when a body is not Google's. */
function errorIn(body: string): ErrorFacts {
  try {
    const [answer] = [JSON.parse(body) as unknown].flat() as { readonly error?: ErrorFacts }[];
    return answer?.error ?? {};
  } catch {
    return {};
  }
}

function withRetryDelay(headers: Headers, details: readonly Detail[]): Headers {
  const [seconds] = details.flatMap(
    ({ retryDelay }) => /^(\d+(?:\.\d+)?)s$/.exec(String(retryDelay))?.[1] ?? [],
  );
  if (seconds === undefined || headers.has('retry-after')) return headers;
  return new Headers([...headers, ['retry-after-ms', String(Number(seconds) * 1_000)]]);
}

/** The setting at fault, named as a field ("generation_config.temperature") or in the prose. */
function blamedIn(details: readonly Detail[], message: string, sent: readonly string[]): string | undefined {
  const fields = details.flatMap(({ fieldViolations }) =>
    listOf<{ readonly field?: unknown }>(fieldViolations).map(({ field }) => String(field)),
  );
  // In prose, "model" is a word like any other.
  const prose = message.replaceAll(/\bmodel\b/g, '');
  const names = [...fields, prose].flatMap((text) => text.split(/\W+/)).map(inCamelCase);
  return names.find((name) => sent.includes(name));
}

function inCamelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function isKind(code: unknown): code is string {
  return typeof code === 'string' && KIND.test(code);
}

/** The objects of a list; none of what is no list. */
function listOf<T extends object>(value: unknown): T[] {
  const items: unknown[] = Array.isArray(value) ? value : [];
  return items.filter((item): item is T => typeof item === 'object' && item !== null);
}
