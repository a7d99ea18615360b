import { describe, expect, it } from '@jest/globals';
import { DestinationPolicy } from './destination-policy.js';
import { OutboundAddressRefused, OutboundProtocolError, OutboundUrlInvalid } from './outbound.errors.js';
import type { Hop } from './outbound-transport.js';
import { isRedirect, redirected } from './redirect.js';

const policy = new DestinationPolicy([]);

function hopTo(url: string, parts: Partial<Hop> = {}): Hop {
  return { destination: policy.check(url), method: 'GET', headers: {}, ...parts };
}

describe('isRedirect', () => {
  it.each([301, 302, 303, 307, 308])('takes %i with a location', (status) => {
    expect(isRedirect(status, '/')).toBe(true);
    expect(isRedirect(status, undefined)).toBe(false);
  });

  it.each([200, 201, 300, 304, 305, 306])('does not take %i', (status) => {
    expect(isRedirect(status, '/')).toBe(false);
  });
});

describe('redirected', () => {
  it.each([
    [301, 'POST', 'GET', undefined],
    [302, 'POST', 'GET', undefined],
    [303, 'POST', 'GET', undefined],
    [303, 'PUT', 'GET', undefined],
    [303, 'HEAD', 'HEAD', 'body'],
    [301, 'PUT', 'PUT', 'body'],
    [307, 'POST', 'POST', 'body'],
    [308, 'POST', 'POST', 'body'],
  ])('after %i turns %s into %s', (status, method, expectedMethod, expectedBody) => {
    const hop = hopTo('https://example.com/a', { method, body: 'body' });

    const next = redirected(hop, status, '/b', policy);

    expect(next.destination.url.href).toBe('https://example.com/b');
    expect(next.method).toBe(expectedMethod);
    expect(next.body).toBe(expectedBody);
  });

  it('drops the headers of a dropped body', () => {
    const hop = hopTo('https://example.com/', {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'x-api-key': 'key' },
      body: 'body',
    });

    const next = redirected(hop, 302, '/b', policy);

    expect(next.headers).toEqual({ 'x-api-key': 'key' });
  });

  it.each(['https://other.example.com/', 'http://example.com/', 'https://example.com:8443/'])(
    'shows another origin (%s) harmless headers only',
    (location) => {
      const hop = hopTo('https://example.com/', {
        headers: { authorization: 'a', cookie: 'b', 'x-api-key': 'c', accept: '*/*', 'user-agent': 'd' },
      });

      const next = redirected(hop, 302, location, policy);

      expect(next.headers).toEqual({ accept: '*/*', 'user-agent': 'd' });
    },
  );

  it('keeps all headers within the origin', () => {
    const hop = hopTo('https://example.com/', { headers: { authorization: 'a', 'if-none-match': 'b' } });

    expect(redirected(hop, 308, '//example.com:443/b', policy).headers).toEqual(hop.headers);
  });

  it('follows from https to http without a body, never with one', () => {
    const location = 'http://example.com/';

    expect(redirected(hopTo('https://example.com/'), 307, location, policy).method).toBe('GET');
    expect(() =>
      redirected(hopTo('https://example.com/', { method: 'POST', body: 'x' }), 307, location, policy),
    ).toThrow(OutboundProtocolError);
  });

  it.each(['http://127.0.0.1/', '//10.0.0.1/', 'http://localhost/', '\\\\169.254.169.254\\'])(
    'refuses the target %s',
    (location) => {
      expect(() => redirected(hopTo('http://example.com/'), 302, location, policy)).toThrow(
        OutboundAddressRefused,
      );
    },
  );

  it.each(['file:///etc/passwd', 'javascript:alert(1)', 'http://user@example.com/', 'http://[::1'])(
    'refuses the target %s as no web address',
    (location) => {
      expect(() => redirected(hopTo('http://example.com/'), 302, location, policy)).toThrow(
        OutboundUrlInvalid,
      );
    },
  );

  it('does not extend an exception to the target', () => {
    const allowing = new DestinationPolicy(['127.0.0.1:8080']);
    const hop: Hop = { destination: allowing.check('http://127.0.0.1:8080/'), method: 'GET', headers: {} };

    expect(() => redirected(hop, 302, 'http://127.0.0.1:8081/', allowing)).toThrow(OutboundAddressRefused);
  });

  it('reads a target that was sent as raw UTF-8', () => {
    const raw = Buffer.from('/größe', 'utf8').toString('latin1');

    expect(redirected(hopTo('http://example.com/'), 302, raw, policy).destination.url.pathname).toBe(
      '/gr%C3%B6%C3%9Fe',
    );
  });
});
