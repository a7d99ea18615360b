import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import {
  type ProviderFailure,
  ProviderProtocolBroken,
  ProviderTimedOut,
  ProviderUnreachable,
} from '../../providers.errors.js';
import { failureOfConnection, failureOfRefusal } from '../shared/provider-failures.js';

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
  return new ProviderProtocolBroken({ cause: failure });
}

function refusalOf({ status, code, type, message, requestID, headers, param }: APIError) {
  return {
    ...{ status, codes: [code, type], message, requestId: requestID, parameter: param },
    headers: headers ?? undefined,
  };
}
