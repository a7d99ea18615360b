import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Addresses that are numbered as public but belong to the cloud a machine runs in (Azure's WireServer). */
const platformAddresses: ReadonlySet<string> = new Set(['168.63.129.16']);

/** The only IPv6 space that is given out for the public internet. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an IP address is one that anybody on the public internet could reach.
 *
 * Whatever is not known to be public is not public: private, local, shared, translated, documentation and reserved
 * ranges, and text that is no address. Addresses that wrap an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo,
 * ISATAP) are refused whatever they wrap, as no public server needs to be named that way.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) {
    return false;
  }
  const parsed = ipaddr.parse(address);
  return parsed instanceof ipaddr.IPv6 ? isPublicIpv6(parsed) : isPublicIpv4(parsed);
}

function isPublicIpv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !platformAddresses.has(address.toString());
}

// `range()` alone calls `::127.0.0.1` and all unassigned space "unicast".
function isPublicIpv6(address: ipaddr.IPv6): boolean {
  return address.range() === 'unicast' && address.match(globalUnicast) && !isIsatap(address);
}

/** ISATAP routers unpack the IPv4 address in the last 32 bits and deliver to it (RFC 5214). */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return parts[5] === 0x5efe && (parts[4] === 0 || parts[4] === 0x200);
}
