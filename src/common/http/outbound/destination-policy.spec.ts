import { describe, expect, it } from '@jest/globals';
import {
  escapedUrlsToRefuse,
  urlsNeverInternal,
  urlsToAllow,
  urlsToRefuse,
} from '../../../../test/support/outbound/lists.js';
import { DestinationPolicy } from './destination-policy.js';
import { OutboundAddressRefused, OutboundError, OutboundUrlInvalid } from './outbound.errors.js';

const policy = new DestinationPolicy([]);

describe('DestinationPolicy', () => {
  it.each(urlsToRefuse)('refuses %s', (url) => {
    expect(() => policy.check(url)).toThrow(OutboundError);
  });

  it.each(escapedUrlsToRefuse)('refuses %j, trimmed or not', (url) => {
    expect(() => policy.check(url)).toThrow(OutboundError);
    expect(() => policy.check(url.trim())).toThrow(OutboundError);
  });

  it.each(urlsToAllow)('takes %s', (url) => {
    expect(policy.check(url).addresses).toBe('public');
  });

  it.each(urlsNeverInternal)('refuses %s or reads it as a public host', (url) => {
    const readHost = () => policy.check(url).url.hostname;

    expect(hostOrRefusal(readHost)).toMatch(/^(example\.com|refused)$/);
  });

  it.each([
    'metadata.goog',
    'redis',
    'redis.',
    'db.svc.cluster.local',
    'router.home.arpa',
    'nas.lan',
    'wiki.corp',
    'x.localdomain',
  ])('refuses the local name %s', (name) => {
    expect(() => policy.check(`http://${name}/`)).toThrow(OutboundAddressRefused);
  });

  it.each(['http://u@example.com/', 'http://:p@example.com/', 'https://u:p@example.com/'])(
    'refuses credentials in %s without repeating them',
    (url) => {
      expect(() => policy.check(url)).toThrow(
        new OutboundUrlInvalid('The URL must not contain a user name or password.'),
      );
    },
  );

  it.each(['http://./', 'http://../', 'http://example.com../', 'http://.example.com/', 'https://a..b.com/'])(
    'refuses empty labels in %s',
    (url) => {
      expect(() => policy.check(url)).toThrow(OutboundUrlInvalid);
    },
  );

  it('refuses ports of other protocols', () => {
    expect(() => policy.check('http://example.com:25/')).toThrow(/port/);
  });

  it('refuses a URL that is too long', () => {
    expect(() => policy.check(`https://example.com/${'a'.repeat(9_000)}`)).toThrow(/longer/);
  });

  it.each(['a.'.repeat(127), `${'a'.repeat(64)}.example`])(
    'refuses a name that is too long (%s)',
    (start) => {
      expect(() => new DestinationPolicy([]).check(`http://${start}com/`)).toThrow(OutboundUrlInvalid);
    },
  );

  it('names the host but neither path nor query of what it refuses', () => {
    expect(() => policy.check('http://10.0.0.1/path?token=secret')).toThrow(
      /^10\.0\.0\.1 is not a public internet address and may not be reached from here\.$/,
    );
  });

  it('drops the dot that marks a name as complete', () => {
    expect(policy.check('https://example.com./a').url.href).toBe('https://example.com/a');
  });

  it('reads a relative text against its base', () => {
    const base = new URL('https://example.com/a/b?c');

    expect(policy.check('../d', base).url.href).toBe('https://example.com/d');
  });

  describe('with exceptions', () => {
    const allowing = new DestinationPolicy([
      '127.0.0.1:8080',
      'intranet.local:443',
      '[::1]:80',
      'localhost:25',
    ]);

    it.each([
      'http://127.0.0.1:8080/admin',
      'http://2130706433:8080/',
      'http://127.0.0.1.:8080/',
      'https://INTRANET.local/',
      'http://intranet.local:443/',
      'http://[0:0::1]/',
      'http://localhost:25/',
    ])('takes %s, which is allowed', (url) => {
      expect(allowing.check(url).addresses).toBe('any');
    });

    it.each([
      'http://127.0.0.1/',
      'https://127.0.0.1/',
      'http://127.0.0.1:8081/',
      'http://127.0.0.2:8080/',
      'http://localhost:8080/',
      'http://intranet.local/',
      'http://a.intranet.local:443/',
      'https://[::1]/',
    ])('refuses %s, which is not', (url) => {
      expect(() => allowing.check(url)).toThrow(OutboundAddressRefused);
    });

    it.each(['ftp://127.0.0.1:8080/', 'http://user@127.0.0.1:8080/'])('still refuses %s', (url) => {
      expect(() => allowing.check(url)).toThrow(OutboundUrlInvalid);
    });

    it('leaves public hosts checked', () => {
      expect(allowing.check('https://example.com/').addresses).toBe('public');
    });

    it('can be widened without changing the first', () => {
      const wider = allowing.allowing(['10.0.0.1:80']);

      expect(wider.check('http://10.0.0.1/').addresses).toBe('any');
      expect(wider.check('http://127.0.0.1:8080/').addresses).toBe('any');
      expect(() => allowing.check('http://10.0.0.1/')).toThrow(OutboundAddressRefused);
    });
  });
});

function hostOrRefusal(readHost: () => string): string {
  try {
    return readHost();
  } catch (error) {
    expect(error).toBeInstanceOf(OutboundError);
    return 'refused';
  }
}
