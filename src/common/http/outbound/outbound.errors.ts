import { DomainError } from '#common/errors';

/**
 * Any way in which reaching another server can fail.
 *
 * Messages name the host of the URL at most: never a resolved address, a credential or a query.
 */
export abstract class OutboundError extends DomainError {}

/** The text is not an absolute http(s) URL, or it carries credentials or control characters. */
export class OutboundUrlInvalid extends OutboundError {
  static readonly code = 'outbound.url_invalid';
  static readonly kind = 'invalid';
  constructor(reason: string, cause?: unknown) {
    super(OutboundUrlInvalid, reason, {}, { cause });
  }
}

/** The host is not on the public internet, or its port belongs to another protocol. */
export class OutboundAddressRefused extends OutboundError {
  static readonly code = 'outbound.address_refused';
  static readonly kind = 'invalid';
  constructor(host: string, reason = 'is not a public internet address and may not be reached from here') {
    super(OutboundAddressRefused, `${host} ${reason}.`);
  }
}

/** The caller asked for a header, method or body that may not be sent. */
export class OutboundRequestInvalid extends OutboundError {
  static readonly code = 'outbound.request_invalid';
  static readonly kind = 'invalid';
  constructor(reason: string, cause?: unknown) {
    super(OutboundRequestInvalid, reason, {}, { cause });
  }
}

/** The name does not resolve, the connection was refused, or it broke off. */
export class OutboundUnreachable extends OutboundError {
  static readonly code = 'outbound.unreachable';
  static readonly kind = 'unavailable';
  constructor(host: string, reason = 'could not be reached', cause?: unknown) {
    super(OutboundUnreachable, `${host} ${reason}.`, {}, { cause });
  }
}

/** No secure connection: the certificate is expired, self-signed, for another host, or the handshake failed. */
export class OutboundTlsFailed extends OutboundError {
  static readonly code = 'outbound.tls_failed';
  static readonly kind = 'unavailable';
  constructor(host: string, reason = 'the handshake failed', cause?: unknown) {
    const message = `No secure connection to ${host}: ${reason}.`;
    super(OutboundTlsFailed, message, {}, { cause });
  }
}

/** The server took longer than it was given, at any stage from the name look-up to the last byte. */
export class OutboundTimeout extends OutboundError {
  static readonly code = 'outbound.timeout';
  static readonly kind = 'unavailable';
  constructor(host: string, cause?: unknown) {
    const message = `${host} did not answer in time.`;
    super(OutboundTimeout, message, {}, { cause });
  }
}

/** The body, counted after decompression, is larger than the caller takes. */
export class OutboundTooLarge extends OutboundError {
  static readonly code = 'outbound.too_large';
  static readonly kind = 'invalid';
  constructor(host: string, maxBytes: number) {
    const message = `The answer of ${host} is larger than ${maxBytes} bytes.`;
    super(OutboundTooLarge, message);
  }
}

/** The redirects did not end. */
export class OutboundTooManyRedirects extends OutboundError {
  static readonly code = 'outbound.too_many_redirects';
  static readonly kind = 'invalid';
  constructor(host: string, maxRedirects: number) {
    const message = `${host} redirected more than ${maxRedirects} times.`;
    super(OutboundTooManyRedirects, message);
  }
}

/** The answer is of a type that the caller does not take; its body was not read. */
export class OutboundContentTypeRefused extends OutboundError {
  static readonly code = 'outbound.content_type_refused';
  static readonly kind = 'invalid';
  constructor(
    host: string,
    /** The type without parameters, as the server named it. */
    readonly contentType: string,
  ) {
    const message = `${host} answered with content of type ${contentType}, which is not supported here.`;
    super(OutboundContentTypeRefused, message);
  }
}

/** The server does not speak HTTP properly: broken framing, too long headers, unreadable compression. */
export class OutboundProtocolError extends OutboundError {
  static readonly code = 'outbound.protocol_error';
  static readonly kind = 'unavailable';
  constructor(host: string, reason = 'sent an answer that breaks the rules of HTTP', cause?: unknown) {
    super(OutboundProtocolError, `${host} ${reason}.`, {}, { cause });
  }
}

/** In how many ways a fetch can fail. */
export const OUTBOUND_FAILURES = [
  OutboundUrlInvalid,
  OutboundAddressRefused,
  OutboundUnreachable,
  OutboundTlsFailed,
  OutboundTimeout,
  OutboundTooLarge,
  OutboundTooManyRedirects,
  OutboundContentTypeRefused,
  OutboundProtocolError,
] as const;
