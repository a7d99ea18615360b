import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  OutboundAddressRefused,
  OutboundClient,
  OutboundError,
  OutboundUnreachable,
  OutboundUrlInvalid,
} from '../../../src/common/http/outbound/index.js';
import {
  escapedUrlsToRefuse,
  simulatedNames,
  urlsNeverInternal,
  urlsToAllow,
  urlsToRefuse,
} from '../../support/outbound/lists.js';
import { LoopbackInternet } from '../../support/outbound/loopback-internet.js';
import { LoopbackServer } from '../../support/outbound/loopback-server.js';

const publicAddress = { address: '93.184.216.34', family: 4 } as const;
const loopback = { address: '127.0.0.1', family: 4 } as const;
const changingNames = simulatedNames.filter(({ answers }) => answers.length > 1);
const refusedNames = simulatedNames.filter(({ answers }) => answers.length === 1);

describe('OutboundClient, addresses', () => {
  let server: LoopbackServer;
  let internet: LoopbackInternet;
  let client: OutboundClient;
  let requests: { readonly path: string; readonly headers: readonly string[] }[];

  beforeEach(async () => {
    requests = [];
    server = await LoopbackServer.http((request, response) => {
      requests.push({ path: request.url ?? '', headers: request.rawHeaders });
      response.setHeader('connection', 'close').end('public');
    });
    internet = new LoopbackInternet(server.port);
    client = new OutboundClient({ allow: [], ...internetOptions() });
  });

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  function internetOptions() {
    return { resolver: internet.resolver, connectorFactory: internet.connectorFactory };
  }

  it.each([...urlsToRefuse, ...escapedUrlsToRefuse])('neither looks up nor connects to %j', async (url) => {
    await expect(client.fetch({ url })).rejects.toBeInstanceOf(OutboundError);

    expect(internet.resolver.queries).toEqual([]);
    expect(server.accepted).toBe(0);
  });

  it.each(urlsToAllow.filter((url) => url.startsWith('http:')))('reaches %s', async (url) => {
    const response = await client.fetch({ url });

    expect(response.body.toString()).toBe('public');
  });

  it.each(urlsNeverInternal)('sends nothing internal for %s', async (url) => {
    await client.fetch({ url }).catch((error: unknown) => expect(error).toBeInstanceOf(OutboundError));

    expect(internet.resolver.queries.filter((name) => name !== 'example.com')).toEqual([]);
    expect(internet.reached.filter((address) => address !== publicAddress.address)).toEqual([]);
  });

  it('does not let an encoded line break out of the path', async () => {
    await client.fetch({ url: 'http://example.com/%0d%0aHost:%20127.0.0.1%0d%0a' });

    expect(requests.map(({ path }) => path)).toEqual(['/%0d%0aHost:%20127.0.0.1%0d%0a']);
    expect(requests[0]?.headers).toEqual(expect.arrayContaining(['host', 'example.com']));
    expect(requests[0]?.headers).not.toContain('127.0.0.1');
  });

  it.each(refusedNames)('refuses $name by what it resolves to', async ({ name, answers }) => {
    internet.resolver.answer(name, ...answers);

    await expect(client.fetch({ url: `http://${name}/` })).rejects.toBeInstanceOf(OutboundError);

    expect(server.accepted).toBe(0);
  });

  it('refuses a name with a public and a private address', async () => {
    internet.resolver.answer('mixed.test.example', [publicAddress, { address: '10.0.0.5', family: 4 }]);

    await expect(client.fetch({ url: 'http://mixed.test.example/' })).rejects.toBeInstanceOf(
      OutboundAddressRefused,
    );
  });

  it('does not say what a refused name resolves to', async () => {
    internet.resolver.answer('inner.test.example', [{ address: '10.0.0.5', family: 4 }]);

    const refusal = client.fetch({ url: 'http://inner.test.example/?key=secret' });

    await expect(refusal).rejects.toHaveProperty(
      'message',
      'inner.test.example is not a public internet address and may not be reached from here.',
    );
  });

  it('reports a name without addresses as unreachable', async () => {
    internet.resolver.answer('empty.test.example', []);

    await expect(client.fetch({ url: 'http://empty.test.example/' })).rejects.toBeInstanceOf(
      OutboundUnreachable,
    );
  });

  it.each(changingNames)(
    'connects $name to the address that was checked, resolved once',
    async ({ name, answers }) => {
      internet.resolver.answer(name, ...answers);

      await client.fetch({ url: `http://${name}/` });

      expect(internet.resolver.queries).toEqual([name]);
      expect(internet.reached).toEqual(['93.184.216.34']);
    },
  );

  it.each(changingNames)('refuses $name when it answers privately later', async ({ name, answers }) => {
    internet.resolver.answer(name, ...answers);
    await client.fetch({ url: `http://${name}/` });

    const second = client.fetch({ url: `http://${name}/` });

    await expect(second).rejects.toBeInstanceOf(OutboundAddressRefused);
    expect(server.accepted).toBe(1);
  });

  it('holds for `asFetch` as well', async () => {
    const fetch = client.asFetch({ headersTimeoutMs: 1_000, idleTimeoutMs: 1_000 });
    internet.resolver.answer('inner.test.example', [loopback]);

    await expect(fetch('http://inner.test.example/')).rejects.toBeInstanceOf(OutboundAddressRefused);
    await expect(fetch('http://[::ffff:169.254.169.254]/')).rejects.toBeInstanceOf(OutboundAddressRefused);
    await expect(fetch('http://user:pass@example.com/')).rejects.toBeInstanceOf(OutboundUrlInvalid);
    expect(server.accepted).toBe(0);
  });

  it('checks a URL without looking its name up', () => {
    expect(client.checkUrl(' https://Example.com/a ').href).toBe('https://example.com/a');
    expect(() => client.checkUrl('http://127.1/')).toThrow(OutboundAddressRefused);
    expect(internet.resolver.queries).toEqual([]);
  });

  describe('with an exception', () => {
    it('reaches an allowed address over a real socket', async () => {
      const allowing = new OutboundClient({ allow: [server.host] });

      const response = await allowing.fetch({ url: `http://${server.host}/` });

      expect(response.body.toString()).toBe('public');
      await allowing.close();
    });

    it('reaches an allowed name wherever it leads', async () => {
      const allowing = new OutboundClient({ allow: ['intranet.local:80'], ...internetOptions() });
      internet.resolver.answer('intranet.local', [loopback]);

      const response = await allowing.fetch({ url: 'http://intranet.local/' });

      expect(response.status).toBe(200);
      await allowing.close();
    });

    it('does not reach another name that leads to an allowed address', async () => {
      const allowing = new OutboundClient({ allow: ['127.0.0.1:80'], ...internetOptions() });
      internet.resolver.answer('localtest.me', [loopback]);

      await expect(allowing.fetch({ url: 'http://localtest.me/' })).rejects.toBeInstanceOf(
        OutboundAddressRefused,
      );
      await allowing.close();
    });

    it('keeps the exception of one `asFetch` to itself', async () => {
      const limits = { headersTimeoutMs: 1_000, idleTimeoutMs: 1_000 };
      const allowing = client.asFetch({ ...limits, extraAllow: [server.host] });

      const response = await allowing(`http://${server.host}/`);

      await expect(response.text()).resolves.toBe('public');
      await expect(client.asFetch(limits)(`http://${server.host}/`)).rejects.toBeInstanceOf(
        OutboundAddressRefused,
      );
      await expect(client.fetch({ url: `http://${server.host}/` })).rejects.toBeInstanceOf(
        OutboundAddressRefused,
      );
    });
  });
});
