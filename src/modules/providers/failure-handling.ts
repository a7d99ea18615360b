import type { ProviderFailure } from './providers.errors.js';

/** What may be done about a failure before the first word has been sent. */
export interface Handling {
  /** The same call may succeed a little later. */
  readonly retry: boolean;
  /** Whom else to ask: any further model, only somebody with another credential, or nobody. */
  readonly failover: 'anyone' | 'other_credential' | 'nobody';
  /** Whether it says that the provider is not well, so that many of them open the circuit. */
  readonly opensCircuit: boolean;
  /** Whether the credential is marked as refused. */
  readonly marksCredential: boolean;
}

const passing: Handling = { retry: true, failover: 'anyone', opensCircuit: true, marksCredential: false };
const final: Handling = { retry: false, failover: 'nobody', opensCircuit: false, marksCredential: false };

/** By the code of the failure. What is not listed is final. */
export const HANDLING: Readonly<Record<string, Handling>> = {
  provider_rate_limited: passing,
  provider_overloaded: passing,
  provider_timeout: passing,
  provider_unreachable: passing,
  provider_protocol: passing,
  // Nobody was asked: the circuit is open, or too many wait already.
  provider_unavailable: { ...passing, retry: false, opensCircuit: false },
  provider_auth: { ...final, failover: 'other_credential', marksCredential: true },
  provider_not_configured: { ...final, failover: 'anyone' },
  'providers.unknown_model': { ...final, failover: 'anyone' },
  provider_bad_request: final,
  content_filtered: final,
  context_too_long: final,
  answer_too_long: final,
};

export function handlingOf({ code }: Pick<ProviderFailure, 'code'>): Handling {
  return HANDLING[code] ?? final;
}
