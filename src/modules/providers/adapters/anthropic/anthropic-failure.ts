import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import {
  type ProviderFailure,
  ProviderProtocolBroken,
  ProviderTimedOut,
  ProviderUnreachable,
} from '../../providers.errors.js';
import { failureOfConnection, failureOfRefusal, type Refusal } from '../shared/provider-failures.js';

/** An error in the middle of a stream has no status, but each kind of error has its own. */
const STATUS_OF_TYPE: ReadonlyMap<unknown, number> = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
]);

/**
 * What a failure of the SDK, the network or the stream means.
 *
 * @param sent names of the settings that were sent; the failure may name one of them.
 */
export function failureFrom(failure: unknown, sent: readonly string[] = []): ProviderFailure {
  const ofConnection = failureOfConnection(failure);
  if (ofConnection) return ofConnection;
  if (failure instanceof APIConnectionTimeoutError) return new ProviderTimedOut({ cause: failure.cause });
  if (failure instanceof APIConnectionError)
    return failureOfConnection(failure.cause) ?? new ProviderUnreachable({ cause: failure.cause });
  if (failure instanceof APIError) return failureOfRefusal(refusalOf(failure as APIError), sent);
  // What cannot be parsed is repeated in the message of a `SyntaxError`.
  return new ProviderProtocolBroken(failure instanceof SyntaxError ? {} : { cause: failure });
}

function refusalOf({ status, type, errorCode, apiMessage, message, requestID, headers }: APIError): Refusal {
  const prose = apiMessage ?? message;
  return {
    ...{
      status: status ?? STATUS_OF_TYPE.get(type),
      codes: [wordIn(type), wordIn(errorCode)],
      message: prose,
    },
    ...{ requestId: requestID, headers, parameter: parameterIn(prose) },
  };
}

/** The vendor begins with the name of the setting: "max_tokens: 100000 > 64000, which is ...". */
function parameterIn(prose: string): string | undefined {
  return /^[`'"]?(\w+)/.exec(prose)?.[1];
}

/** The vendor's own kinds of failure are lower case; what looks otherwise could be anything, a key among it. */
function wordIn(code: string | null): string | undefined {
  return code !== null && /^[a-z_]+$/.test(code) ? code : undefined;
}
