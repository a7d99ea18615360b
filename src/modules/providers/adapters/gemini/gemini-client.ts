import { GoogleGenAI } from '@google/genai/web';
import type { OutboundClient } from '#common/http';
import { fetchFor, type HttpPatience, type ProviderAccount } from '../shared/provider-account.js';
import { GeminiRefusal } from './gemini-refusal.js';
import { wholeEvents } from './whole-events.js';

const GEMINI_URL = 'https://generativelanguage.googleapis.com';
const API_VERSION = 'v1beta';
// Gateways of one's own often need no key, but the SDK does.
const NO_KEY = 'none';
/** The SDK writes the version into the path itself; addresses are often given with it. */
const VERSION_IN_PATH = /\/v1(?:alpha|beta)?\/?$/;

/**
 * The vendor's SDK over our outbound client. It never retries and never logs.
 *
 * It is the build for browsers: that takes nothing from the environment, and costs a third of the time and memory of the
 * build for Node, which brings Google's sign-in and web sockets along.
 */
export function geminiClient(
  account: ProviderAccount,
  outbound: OutboundClient,
  patience: HttpPatience,
): GoogleGenAI {
  const { apiKey, baseUrl = GEMINI_URL } = account;
  return new GoogleGenAI({
    apiKey: apiKey || NO_KEY,
    vertexai: false,
    apiVersion: API_VERSION,
    httpOptions: {
      baseUrl: baseUrl.replace(VERSION_IN_PATH, ''),
      fetch: fetchIn(account, fetchFor(account, outbound, patience)),
    },
  });
}

/** Sends what the account adds to each call, and throws refusals as they are: the SDK would drop their headers. */
function fetchIn({ headers: own = {}, query = {} }: ProviderAccount, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const headers = new Headers(init?.headers);
    for (const [name, value] of Object.entries(own)) headers.set(name, value);
    const response = await send(url, { ...init, headers });
    if (!response.ok) throw await GeminiRefusal.of(response);
    return isStream(response) ? new Response(response.body?.pipeThrough(wholeEvents()), response) : response;
  };
}

function isStream({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('text/event-stream') ?? false;
}
