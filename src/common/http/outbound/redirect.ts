import type { DestinationPolicy } from './destination-policy.js';
import { OutboundProtocolError } from './outbound.errors.js';
import type { Hop } from './outbound-transport.js';

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What another origin may see. Keys come in many headers (`x-api-key`, ...), so the harmless ones are listed. */
const harmlessHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'user-agent',
]);

const bodyHeaders: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
]);

/** Whether an answer asks to look elsewhere. */
export function isRedirect(status: number, location: string | undefined): location is string {
  return redirectStatuses.has(status) && location !== undefined;
}

/**
 * The request that follows a redirect, with its destination checked like any other.
 *
 * @throws OutboundUrlInvalid | OutboundAddressRefused when the target may not be requested.
 * @throws OutboundProtocolError when a body would leave an encrypted connection.
 */
export function redirected(hop: Hop, status: number, location: string, policy: DestinationPolicy): Hop {
  const from = hop.destination.url;
  const destination = policy.check(readLocation(location), from);
  const next = becomesGet(status, hop.method)
    ? withoutBody({ ...hop, destination })
    : { ...hop, destination };
  if (destination.url.origin === from.origin) {
    return next;
  }
  if (next.body !== undefined && from.protocol === 'https:' && destination.url.protocol === 'http:') {
    throw new OutboundProtocolError(from.host, 'redirected a request with a body to an unencrypted address');
  }
  return { ...next, headers: pick(next.headers, (name) => harmlessHeaders.has(name)) };
}

/** Some servers send raw UTF-8, which arrives byte by byte. */
function readLocation(location: string): string {
  return Buffer.from(location, 'latin1').toString('utf8');
}

function becomesGet(status: number, method: string): boolean {
  if (status === 303) {
    return method !== 'GET' && method !== 'HEAD';
  }
  return (status === 301 || status === 302) && method === 'POST';
}

function withoutBody({ destination, headers }: Hop): Hop {
  return { destination, method: 'GET', headers: pick(headers, (name) => !bodyHeaders.has(name)) };
}

function pick(headers: Hop['headers'], wanted: (name: string) => boolean): Hop['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => wanted(name)));
}
