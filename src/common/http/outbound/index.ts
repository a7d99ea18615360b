/**
 * Owns every request that leaves the house: which addresses may be reached, how often redirected, how long, how large.
 * Does not own what is done with the answers, nor retries.
 * Announces nothing.
 */
export { AddressResolver, type ResolvedAddress } from './address-resolver.js';
export { hostAndPort } from './allow-list.js';
export type { Connector, ConnectorFactory, ConnectorOptions } from './checked-connector.js';
export {
  OUTBOUND_FAILURES,
  OutboundAddressRefused,
  OutboundContentTypeRefused,
  OutboundError,
  OutboundProtocolError,
  OutboundRequestInvalid,
  OutboundTimeout,
  OutboundTlsFailed,
  OutboundTooLarge,
  OutboundTooManyRedirects,
  OutboundUnreachable,
  OutboundUrlInvalid,
} from './outbound.errors.js';
export type { OutboundFetchOptions, OutboundRequest, OutboundResponse } from './outbound.types.js';
export { OutboundClient, type OutboundClientOptions } from './outbound-client.js';
