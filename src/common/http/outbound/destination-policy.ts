import { isIP } from 'node:net';
import { AllowList, withoutTrailingDot } from './allow-list.js';
import { isForeignPort } from './foreign-ports.js';
import { isLocalName } from './local-names.js';
import { OutboundAddressRefused, OutboundUrlInvalid } from './outbound.errors.js';
import { isPublicAddress } from './public-address.js';

const maxUrlLength = 8_192;
// Longer ones cannot be looked up (RFC 1035).
const maxNameLength = 253;
const maxLabelLength = 63;
const controlCharacter = /\p{Cc}/u;

/** A URL that may be requested, provided that its name resolves as `addresses` says. */
export interface Destination {
  readonly url: URL;
  /** `any`: the host and port are allowed by name, so that their addresses are not checked. */
  readonly addresses: 'public' | 'any';
}

/** Says which URLs may be requested, as far as this can be said without looking a name up. */
export class DestinationPolicy {
  readonly #allowLists: readonly AllowList[];

  constructor(allow: readonly string[], wider?: DestinationPolicy) {
    this.#allowLists = [new AllowList(allow), ...(wider ? wider.#allowLists : [])];
  }

  /** The same policy with more exceptions. */
  allowing(more: readonly string[]): DestinationPolicy {
    return new DestinationPolicy(more, this);
  }

  /**
   * The destination that a text stands for, read once: what is returned is what must be connected to.
   *
   * @param base what a relative text is relative to.
   * @throws OutboundUrlInvalid | OutboundAddressRefused
   */
  check(text: string, base?: URL): Destination {
    const url = parse(text, base);
    assertWebUrl(url);
    if (this.#allowLists.some((list) => list.has(url))) {
      return { url, addresses: 'any' };
    }
    assertPublicHost(url);
    assertWebPort(url);
    return { url, addresses: 'public' };
  }
}

function parse(text: string, base?: URL): URL {
  const trimmed = text.trim();
  if (trimmed.length > maxUrlLength) {
    throw new OutboundUrlInvalid(`The URL is longer than ${maxUrlLength} characters.`);
  }
  // The URL parser drops tabs and line breaks silently, other readers do not.
  if (controlCharacter.test(trimmed)) {
    throw new OutboundUrlInvalid('The URL contains control characters.');
  }
  const url = URL.parse(trimmed, base);
  if (url === null) {
    throw new OutboundUrlInvalid(
      'The URL is not valid. It must be absolute, for example https://example.com/page.',
    );
  }
  return url;
}

function assertWebUrl(url: URL): void {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new OutboundUrlInvalid('The URL must start with http:// or https://.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundUrlInvalid('The URL must not contain a user name or password.');
  }
  url.hostname = withoutTrailingDot(url.hostname);
  // After one dot was dropped, another one, or nothing, means that there was no host name.
  if (url.hostname.split('.').includes('')) {
    throw new OutboundUrlInvalid('The URL contains no valid host name.');
  }
  assertNameLength(url.hostname);
}

function assertNameLength(hostname: string): void {
  const longestLabel = Math.max(...hostname.split('.').map((label) => label.length));
  if (hostname.length > maxNameLength || longestLabel > maxLabelLength) {
    throw new OutboundUrlInvalid('The host name of the URL is too long.');
  }
}

function assertPublicHost(url: URL): void {
  const host = bareHost(url);
  const isPublic = isIP(host) === 0 ? !isLocalName(host) : isPublicAddress(host);
  if (!isPublic) {
    throw new OutboundAddressRefused(url.host);
  }
}

function assertWebPort(url: URL): void {
  if (url.port !== '' && isForeignPort(Number(url.port))) {
    throw new OutboundAddressRefused(url.host, 'names a port that belongs to another protocol than HTTP');
  }
}

/** The host without the brackets of an IPv6 address. */
function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}
