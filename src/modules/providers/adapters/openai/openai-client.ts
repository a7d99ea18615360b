import { OpenAI } from 'openai';
import { hostAndPort, type OutboundClient } from '#common/http';

const OPENAI_URL = 'https://api.openai.com/v1';
// Servers of one's own often need no key, but the SDK does.
const NO_KEY = 'none';

/** Which server to ask, and with what key. */
export interface OpenAiAccount {
  readonly apiKey?: string | undefined;
  /** Base URL of a compatible server. Whoever set it vouches for it: it may be private. */
  readonly baseUrl?: string | undefined;
}

/** How long single stages of an HTTP call may take. */
export interface HttpPatience {
  readonly headersTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

/** Whether the account leads to OpenAI itself, not to a compatible server. */
export function isOpenAiItself({ baseUrl = OPENAI_URL }: OpenAiAccount): boolean {
  return new URL(baseUrl).hostname === new URL(OPENAI_URL).hostname;
}

/** The vendor's SDK over our outbound client. It never retries, never logs and takes nothing from the environment. */
export function openAiClient(
  account: OpenAiAccount,
  outbound: OutboundClient,
  patience: HttpPatience,
): OpenAI {
  const { apiKey = NO_KEY, baseUrl } = account;
  return new OpenAI({
    apiKey,
    baseURL: baseUrl ?? OPENAI_URL,
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
    fetch: outbound.asFetch({ ...patience, extraAllow: baseUrl ? [hostAndPort(baseUrl)] : [] }),
  });
}
