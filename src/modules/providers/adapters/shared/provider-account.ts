import { hostAndPort, type OutboundClient } from '#common/http';

/** Which server to ask, and in whose name. */
export interface ProviderAccount {
  readonly apiKey?: string | undefined;
  /** In place of the vendor's own address. */
  readonly baseUrl?: string | undefined;
  /** Further headers of each call. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Added to the query of each call, as Azure's `api-version`. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Whether the operator of the installation set the address: then it may be private. */
  readonly isOperators?: boolean;
}

/** How long single stages of an HTTP call may take. */
export interface HttpPatience {
  readonly headersTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** The guarded outbound client in the form that the vendors' SDKs take. */
export function fetchFor(
  { baseUrl, isOperators = false }: ProviderAccount,
  outbound: OutboundClient,
  patience: HttpPatience,
): typeof fetch {
  const extraAllow = baseUrl && isOperators ? [hostAndPort(baseUrl)] : [];
  return outbound.asFetch({ ...patience, extraAllow });
}
