import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressResolver, ResolvedAddress } from './address-resolver.js';
import { OutboundAddressRefused, OutboundUnreachable } from './outbound.errors.js';
import { isPublicAddress } from './public-address.js';

const connectTimeoutMs = 10_000;

/** What opens sockets: undici's connector. */
export type Connector = buildConnector.connector;

/** What a connector is built from. `lookup` is the only way in which it may turn a name into addresses. */
export interface ConnectorOptions {
  readonly lookup: LookupFunction;
  readonly timeout: number;
  readonly rejectUnauthorized: true;
}

/** Builds a connector. Tests give one whose sockets lead to loopback, behind the same checks. */
export type ConnectorFactory = (options: ConnectorOptions) => Connector;

/** Builds the connector that is used outside tests. */
export const socketConnector: ConnectorFactory = (options) => buildConnector({ ...options });

/**
 * A connector that reaches public addresses only.
 *
 * The check sits in the look-up of the socket itself: the addresses that were checked are the ones that are tried,
 * so a name cannot answer differently in between (DNS rebinding). One address that is not public refuses them all.
 */
export function publicConnector(resolver: AddressResolver, buildFrom: ConnectorFactory): Connector {
  const connect = buildFrom(optionsWith((hostname) => publicAddressesOf(hostname, resolver)));
  return (options, callback) => {
    // Sockets do not look literal addresses up.
    if (isIP(options.hostname) !== 0 && !isPublicAddress(options.hostname)) {
      callback(new OutboundAddressRefused(options.hostname), null);
      return;
    }
    connect(options, callback);
  };
}

/** A connector that goes wherever names lead, for destinations that are allowed by name. */
export function allowedConnector(resolver: AddressResolver, buildFrom: ConnectorFactory): Connector {
  return buildFrom(optionsWith((hostname) => addressesOf(hostname, resolver)));
}

async function addressesOf(hostname: string, resolver: AddressResolver): Promise<readonly ResolvedAddress[]> {
  const addresses = await resolver.resolve(hostname);
  if (addresses.length === 0) {
    throw new OutboundUnreachable(hostname, 'has no address');
  }
  return addresses;
}

async function publicAddressesOf(
  hostname: string,
  resolver: AddressResolver,
): Promise<readonly ResolvedAddress[]> {
  const addresses = await addressesOf(hostname, resolver);
  if (!addresses.every(({ address }) => isPublicAddress(address))) {
    throw new OutboundAddressRefused(hostname);
  }
  return addresses;
}

function optionsWith(resolve: (hostname: string) => Promise<readonly ResolvedAddress[]>): ConnectorOptions {
  // Set so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch certificate checks off.
  return { lookup: lookupThrough(resolve), timeout: connectTimeoutMs, rejectUnauthorized: true };
}

/** The callback form that sockets ask for; they want all addresses, or one when they may not race families. */
function lookupThrough(resolve: (hostname: string) => Promise<readonly ResolvedAddress[]>): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        if (all) {
          callback(null, [...addresses]);
        } else {
          callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
        }
      },
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, []);
      },
    );
  };
}
