import { OpenAI } from 'openai';
import type { OutboundClient } from '#common/http';
import { fetchFor, type HttpPatience, type ProviderAccount } from '../shared/provider-account.js';

const OPENAI_URL = 'https://api.openai.com/v1';
// Servers of one's own often need no key, but the SDK does.
const NO_KEY = 'none';

/** Whether the account leads to OpenAI itself, not to a compatible server. */
export function isOpenAiItself({ baseUrl = OPENAI_URL }: ProviderAccount): boolean {
  return new URL(baseUrl).hostname === new URL(OPENAI_URL).hostname;
}

/** The vendor's SDK over our outbound client. It never retries, never logs and takes nothing from the environment. */
export function openAiClient(
  account: ProviderAccount,
  outbound: OutboundClient,
  patience: HttpPatience,
): OpenAI {
  const { apiKey = NO_KEY, baseUrl, headers, query } = account;
  return new OpenAI({
    apiKey,
    baseURL: baseUrl ?? OPENAI_URL,
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
    ...(headers ? { defaultHeaders: headers } : {}),
    ...(query ? { defaultQuery: query } : {}),
    fetch: fetchFor(account, outbound, patience),
  });
}
