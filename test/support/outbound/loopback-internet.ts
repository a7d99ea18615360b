import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import {
  AddressResolver,
  type ConnectorFactory,
  type ResolvedAddress,
} from '../../../src/common/http/outbound/index.js';

const publicAddress: ResolvedAddress = { address: '93.184.216.34', family: 4 };
export const testCertificate = readFileSync(
  new URL('../../fixtures/outbound/tls/certificate.pem', import.meta.url),
  'utf8',
);
export const testKey = readFileSync(new URL('../../fixtures/outbound/tls/key.pem', import.meta.url), 'utf8');

/** A resolver that answers from a list, and with one public address otherwise. */
export class StubResolver extends AddressResolver {
  readonly queries: string[] = [];
  readonly #answers = new Map<string, (readonly ResolvedAddress[])[]>();

  /** What the first, second, ... query for a name is answered; the last answer repeats. */
  answer(name: string, ...answers: readonly (readonly ResolvedAddress[])[]): void {
    this.#answers.set(name, [...answers]);
  }

  override resolve(hostname: string): Promise<readonly ResolvedAddress[]> {
    this.queries.push(hostname);
    const answers = this.#answers.get(hostname) ?? [[publicAddress]];
    return Promise.resolve((answers.length > 1 ? answers.shift() : answers[0]) ?? []);
  }
}

/**
 * An internet whose every address is one loopback server. The client's own checks stay in place: only what passed
 * them is led here, and `reached` tells the addresses that the client meant to connect to.
 */
export class LoopbackInternet {
  readonly resolver = new StubResolver();
  readonly reached: string[] = [];

  constructor(
    private readonly portOfServer: number,
    private readonly trusted: { readonly ca?: string } = {},
  ) {}

  readonly connectorFactory: ConnectorFactory = ({ lookup, ...options }) => {
    const connect = buildConnector({
      ...options,
      ...this.trusted,
      lookup: (hostname, lookupOptions, callback) =>
        lookup(hostname, { ...lookupOptions, all: true }, (error, addresses) => {
          this.reached.push(...(error ? [] : [addresses].flat().map(addressOf)));
          callback(error, [{ address: '127.0.0.1', family: 4 }]);
        }),
    });
    return (target, callback) => connect(this.#led(target), callback);
  };

  #led(target: buildConnector.Options): buildConnector.Options {
    const port = String(this.portOfServer);
    if (isIP(target.hostname) === 0) {
      return { ...target, port };
    }
    this.reached.push(target.hostname);
    return { ...target, hostname: '127.0.0.1', port };
  }
}

function addressOf(found: string | { readonly address: string }): string {
  return typeof found === 'string' ? found : found.address;
}
