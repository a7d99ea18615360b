import { describe, expect, it } from '@jest/globals';
import { AddressResolver, type ResolvedAddress } from './address-resolver.js';
import {
  allowedConnector,
  publicConnector,
  type Connector,
  type ConnectorOptions,
} from './checked-connector.js';
import { OutboundAddressRefused, OutboundUnreachable } from './outbound.errors.js';

class FixedResolver extends AddressResolver {
  constructor(private readonly addresses: readonly ResolvedAddress[]) {
    super();
  }

  override resolve(): Promise<readonly ResolvedAddress[]> {
    return Promise.resolve(this.addresses);
  }
}

const publicAddresses: readonly ResolvedAddress[] = [
  { address: '2606:4700:4700::1111', family: 6 },
  { address: '93.184.216.34', family: 4 },
];
const privateAddress: ResolvedAddress = { address: '10.0.0.1', family: 4 };

/** What the socket's look-up answers, as all addresses or as one. */
function lookUp({ lookup }: ConnectorOptions, all: boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    lookup('example.com', { all }, (error, address, family) =>
      error ? reject(error) : resolve(all ? address : { address, family }),
    );
  });
}

/** The options that a connector is built from. */
function optionsOf(build: typeof publicConnector, addresses: readonly ResolvedAddress[]): ConnectorOptions {
  const seen: ConnectorOptions[] = [];
  build(new FixedResolver(addresses), (options) => {
    seen.push(options);
    return () => undefined;
  });
  return seen[0]!;
}

/** What a public connector does with a host: the error, or that it went on to open a socket. */
function outcomeOf(hostname: string): unknown {
  const outcomes: unknown[] = [];
  const opened: Connector = () => {
    outcomes.push('opened');
  };
  const connect = publicConnector(new FixedResolver([]), () => opened);
  connect({ hostname, protocol: 'http:', port: '80' }, (...[error]) => {
    outcomes.push(error);
  });
  return outcomes[0];
}

describe('publicConnector', () => {
  it('answers the look-up of a socket with the addresses that were checked', async () => {
    const options = optionsOf(publicConnector, publicAddresses);

    await expect(lookUp(options, true)).resolves.toEqual(publicAddresses);
    await expect(lookUp(options, false)).resolves.toEqual(publicAddresses[0]);
  });

  it('refuses all addresses when one is private', async () => {
    const options = optionsOf(publicConnector, [...publicAddresses, privateAddress]);

    await expect(lookUp(options, true)).rejects.toBeInstanceOf(OutboundAddressRefused);
    await expect(lookUp(options, false)).rejects.toBeInstanceOf(OutboundAddressRefused);
  });

  it('refuses a name without addresses', async () => {
    await expect(lookUp(optionsOf(publicConnector, []), true)).rejects.toBeInstanceOf(OutboundUnreachable);
  });

  it('refuses a private address that needs no look-up', () => {
    expect(outcomeOf('10.0.0.1')).toBeInstanceOf(OutboundAddressRefused);
    expect(outcomeOf('::1')).toBeInstanceOf(OutboundAddressRefused);
    expect(outcomeOf('93.184.216.34')).toBe('opened');
    expect(outcomeOf('example.com')).toBe('opened');
  });

  it('checks certificates whatever the environment says', () => {
    expect(optionsOf(publicConnector, []).rejectUnauthorized).toBe(true);
  });
});

describe('allowedConnector', () => {
  it('takes private addresses', async () => {
    await expect(lookUp(optionsOf(allowedConnector, [privateAddress]), true)).resolves.toEqual([
      privateAddress,
    ]);
  });
});
