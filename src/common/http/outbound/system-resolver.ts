import { lookup } from 'node:dns/promises';
import { AddressResolver, type ResolvedAddress } from './address-resolver.js';

/** Resolves as the operating system does, `/etc/hosts` included. */
export class SystemResolver extends AddressResolver {
  override async resolve(hostname: string): Promise<readonly ResolvedAddress[]> {
    const found = await lookup(hostname, { all: true });
    return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
  }
}
