import { describe, expect, it } from '@jest/globals';
import {
  OutboundAddressRefused,
  OutboundProtocolError,
  OutboundRequestInvalid,
  OutboundTimeout,
  OutboundTlsFailed,
  OutboundUnreachable,
} from './outbound.errors.js';
import { translateFailure } from './translate-failure.js';

function failureWith(code: string): Error {
  return Object.assign(new Error('connect to 10.1.2.3:80'), { code });
}

describe('translateFailure', () => {
  it.each([
    ['ENOTFOUND', OutboundUnreachable, 'host was not found.'],
    ['EAI_AGAIN', OutboundUnreachable, 'host was not found.'],
    ['ECONNREFUSED', OutboundUnreachable, 'host does not accept connections.'],
    ['ECONNRESET', OutboundUnreachable, 'host could not be reached.'],
    ['EHOSTUNREACH', OutboundUnreachable, 'host could not be reached.'],
    ['ENETUNREACH', OutboundUnreachable, 'host could not be reached.'],
    ['UND_ERR_SOCKET', OutboundUnreachable, 'host could not be reached.'],
    ['ETIMEDOUT', OutboundTimeout, 'host did not answer in time.'],
    ['UND_ERR_CONNECT_TIMEOUT', OutboundTimeout, 'host did not answer in time.'],
    ['UND_ERR_BODY_TIMEOUT', OutboundTimeout, 'host did not answer in time.'],
    ['CERT_HAS_EXPIRED', OutboundTlsFailed, 'No secure connection to host: its certificate has expired.'],
    [
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      OutboundTlsFailed,
      'No secure connection to host: its certificate is self-signed.',
    ],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      OutboundTlsFailed,
      'No secure connection to host: its certificate is for another host name.',
    ],
    ['EPROTO', OutboundTlsFailed, 'No secure connection to host: the handshake failed.'],
    [
      'ERR_SSL_WRONG_VERSION_NUMBER',
      OutboundTlsFailed,
      'No secure connection to host: the handshake failed.',
    ],
    ['UND_ERR_HEADERS_OVERFLOW', OutboundProtocolError, 'host sent too many or too long headers.'],
    ['HPE_INVALID_CONSTANT', OutboundProtocolError, 'host sent an answer that breaks the rules of HTTP.'],
    ['Z_DATA_ERROR', OutboundProtocolError, 'host sent an answer that breaks the rules of HTTP.'],
    [
      'UND_ERR_INVALID_ARG',
      OutboundRequestInvalid,
      'The request has a method, header or body that cannot be sent.',
    ],
  ])('makes %s an error that callers know', (code, errorClass, message) => {
    const failure = failureWith(code);

    const translated = translateFailure(failure, 'host');

    expect(translated).toBeInstanceOf(errorClass);
    expect(translated).toMatchObject({ message, cause: failure });
  });

  it.each([
    new OutboundAddressRefused('host'),
    new TypeError('a mistake of ours'),
    new DOMException('stop', 'AbortError'),
    failureWith('SOMETHING_ELSE'),
    'text',
    null,
  ])('leaves %p as it is', (failure) => {
    expect(translateFailure(failure, 'host')).toBe(failure);
  });
});
