import {
  OutboundProtocolError,
  OutboundRequestInvalid,
  OutboundTimeout,
  OutboundTlsFailed,
  OutboundUnreachable,
  type OutboundError,
} from './outbound.errors.js';

type Translation = (host: string, cause: unknown, code: string) => OutboundError;

const certificateProblems: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an unknown authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};

const timedOut: Translation = (host, cause) => new OutboundTimeout(host, cause);
const tlsFailed: Translation = (host, cause, code) =>
  new OutboundTlsFailed(host, certificateProblems[code], cause);
const notFound: Translation = (host, cause) => new OutboundUnreachable(host, 'was not found', cause);
const refused: Translation = (host, cause) =>
  new OutboundUnreachable(host, 'does not accept connections', cause);
const unreachable: Translation = (host, cause) => new OutboundUnreachable(host, undefined, cause);
const headersTooLong: Translation = (host, cause) =>
  new OutboundProtocolError(host, 'sent too many or too long headers', cause);
const badProtocol: Translation = (host, cause) => new OutboundProtocolError(host, undefined, cause);
const badRequest: Translation = (_host, cause) =>
  new OutboundRequestInvalid('The request has a method, header or body that cannot be sent.', cause);

/** Codes of Node, OpenSSL, llhttp, zlib and undici. The first row that fits counts. */
const translations: readonly (readonly [RegExp, Translation])[] = [
  [/^(OUTBOUND_DEADLINE|ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, timedOut],
  [
    /^(EPROTO$|ERR_(TLS|SSL|OSSL)_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|INVALID_(CA|PURPOSE)$)/,
    tlsFailed,
  ],
  [/^(HOSTNAME_MISMATCH|ERROR_IN_C|PATH_LENGTH_EXCEEDED)/, tlsFailed],
  [/^(ENOTFOUND|ENODATA|EAI_)/, notFound],
  [/^ECONNREFUSED$/, refused],
  [/^(E(CONN|HOST|NET|ADDR)[A-Z]+|EPIPE|EACCES|EPERM|UND_ERR_(SOCKET|DESTROYED|CLOSED))$/, unreachable],
  [/^(UND_ERR_HEADERS_OVERFLOW|HPE_HEADER_OVERFLOW)$/, headersTooLong],
  [/^(UND_ERR_(INVALID_ARG|REQ_)|ERR_INVALID_)/, badRequest],
  [/^(HPE_|HTTPParserError$|Z_|ERR__|ERR_BROTLI|UND_ERR_)/, badProtocol],
];

/**
 * What a failure of the layers below means to callers. A failure that none of them is known for (the caller's own
 * abort reason, a programming error, one of our errors) is returned as it is.
 */
export function translateFailure(failure: unknown, host: string): unknown {
  const code = codeOf(failure);
  const translation = translations.find(([codes]) => codes.test(code))?.[1];
  return translation ? translation(host, failure, code) : failure;
}

// undici's parser errors have a name only.
function codeOf(failure: unknown): string {
  const { code, name } = (failure ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return [code, name].find((text) => typeof text === 'string') ?? '';
}
