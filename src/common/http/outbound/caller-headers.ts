import { OutboundRequestInvalid } from './outbound.errors.js';

/** Headers that say how this connection is framed. They are ours alone. */
const connectionHeaders: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Without one of these, metadata services of the clouds give nothing away. */
const metadataPrefixes = ['metadata', 'x-metadata-', 'x-aws-ec2-metadata-', 'x-google-metadata-'];

export type HeaderRecord = Readonly<Record<string, string>>;

/**
 * Headers that a caller may send, with names in lower case.
 *
 * @throws OutboundRequestInvalid on one that belongs to the connection or to a metadata service.
 */
export function checkedHeaders(headers: HeaderRecord): HeaderRecord {
  const checked = lowerCased(headers);
  for (const name of Object.keys(checked)) {
    if (connectionHeaders.has(name) || metadataPrefixes.some((prefix) => name.startsWith(prefix))) {
      throw new OutboundRequestInvalid(`The request header "${name}" may not be set.`);
    }
  }
  return checked;
}

/** What is left when the headers of the connection are ignored, as `fetch` does in browsers. */
export function withoutConnectionHeaders(headers: HeaderRecord): HeaderRecord {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !connectionHeaders.has(name.toLowerCase())),
  );
}

function lowerCased(headers: HeaderRecord): HeaderRecord {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
