import { Anthropic } from '@anthropic-ai/sdk';
import type { OutboundClient } from '#common/http';
import { fetchFor, type HttpPatience, type ProviderAccount } from '../shared/provider-account.js';

const ANTHROPIC_URL = 'https://api.anthropic.com';
// Gateways of one's own often need no key, but the SDK does.
const NO_KEY = 'none';
/** The SDK writes the version into the path itself; addresses are often given with it. */
const VERSION_IN_PATH = /\/v1\/?$/;
const SDK_HEADERS = /^(?:accept|anthropic-version|authorization|content-type|user-agent|x-stainless-.+)$/;

/**
 * The vendor's SDK over our outbound client. It never retries, never logs, never traces and takes nothing from the
 * environment. The key goes out as a bearer token; a gateway that wants `x-api-key` gets it from `account.headers`.
 */
export function anthropicClient(
  account: ProviderAccount,
  outbound: OutboundClient,
  patience: HttpPatience,
): Anthropic {
  const { apiKey = NO_KEY, baseUrl = ANTHROPIC_URL, query } = account;
  const headers = new Headers(account.headers);
  if (!headers.has('authorization')) headers.set('authorization', `Bearer ${apiKey}`);
  return new Anthropic({
    apiKey,
    authToken: null,
    webhookKey: null,
    baseURL: baseUrl.replace(VERSION_IN_PATH, ''),
    maxRetries: 0,
    logLevel: 'off',
    openTelemetry: false,
    defaultHeaders: headers,
    ...(query ? { defaultQuery: query } : {}),
    fetch: sendingOnly(headers, fetchFor(account, outbound, patience)),
  });
}

/** Without the headers of `ANTHROPIC_CUSTOM_HEADERS`, which the SDK reads and offers no way to turn off. */
function sendingOnly(own: Headers, send: typeof fetch): typeof fetch {
  return (input, init) => {
    const all = [...new Headers(init?.headers)];
    const headers = new Headers(all.filter(([name]) => SDK_HEADERS.test(name) || own.has(name)));
    return send(input, { ...init, headers });
  };
}
