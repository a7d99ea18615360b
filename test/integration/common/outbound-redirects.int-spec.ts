import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  OutboundAddressRefused,
  OutboundClient,
  OutboundError,
  OutboundTooManyRedirects,
} from '../../../src/common/http/outbound/index.js';
import { redirectChains } from '../../support/outbound/lists.js';
import { LoopbackInternet } from '../../support/outbound/loopback-internet.js';
import { LoopbackServer } from '../../support/outbound/loopback-server.js';

interface Seen {
  readonly url: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('OutboundClient, redirects', () => {
  let answers: (readonly [status: number, location: string])[];
  let seen: Seen[];
  let server: LoopbackServer;
  let internet: LoopbackInternet;
  let client: OutboundClient;

  beforeEach(async () => {
    answers = [];
    seen = [];
    server = await LoopbackServer.http(async (request, response) => {
      const { url, method = '', headers } = request;
      seen.push({ url: `${headers.host}${url}`, method, headers, body: (await buffer(request)).toString() });
      const [status, location] = answers.shift() ?? [200, undefined];
      response.writeHead(status, location === undefined ? {} : { location }).end('end of the road');
    });
    internet = new LoopbackInternet(server.port);
    client = new OutboundClient({
      allow: [],
      resolver: internet.resolver,
      connectorFactory: internet.connectorFactory,
    });
  });

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  it.each(redirectChains.filter(({ start }) => start.startsWith('http:')))(
    'refuses the end of the chain $id',
    async ({ start, hops }) => {
      answers.push(...hops, ...hops, ...hops, ...hops, ...hops, ...hops);

      await expect(client.fetch({ url: start })).rejects.toBeInstanceOf(OutboundError);

      expect(new Set(internet.reached)).toEqual(new Set(['93.184.216.34']));
      expect(seen.length).toBeLessThanOrEqual(6);
    },
  );

  it('follows five redirects and says where it ended', async () => {
    answers.push([301, '/1'], [302, '/2'], [303, '//www.test.example/3'], [307, '4#part'], [308, '?5']);

    const response = await client.fetch({ url: 'http://public.test.example/#top' });

    expect(response).toMatchObject({ url: 'http://www.test.example/4?5', status: 200, redirects: 5 });
    expect(response.body.toString()).toBe('end of the road');
  });

  it('does not follow the sixth', async () => {
    answers.push([301, '/1'], [301, '/2'], [301, '/3'], [301, '/4'], [301, '/5'], [301, '/6']);

    await expect(client.fetch({ url: 'http://public.test.example/' })).rejects.toBeInstanceOf(
      OutboundTooManyRedirects,
    );
    expect(seen).toHaveLength(6);
  });

  it('checks what the name of a redirect resolves to', async () => {
    internet.resolver.answer('inner.test.example', [{ address: '192.168.0.1', family: 4 }]);
    answers.push([302, 'http://inner.test.example/']);

    await expect(client.fetch({ url: 'http://public.test.example/' })).rejects.toBeInstanceOf(
      OutboundAddressRefused,
    );
    expect(seen).toHaveLength(1);
  });

  it('shows credentials to the first origin only', async () => {
    answers.push([302, '/again'], [302, 'http://other.test.example/']);

    await client.fetch({
      url: 'http://public.test.example/',
      headers: { authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', 'accept-language': 'de' },
    });

    expect(seen.map(({ headers }) => [headers.authorization, headers.cookie, headers['x-api-key']])).toEqual([
      ['Bearer x', 'a=b', 'k'],
      ['Bearer x', 'a=b', 'k'],
      [undefined, undefined, undefined],
    ]);
    expect(seen[2]?.headers['accept-language']).toBe('de');
  });

  it('sends a body again where the status asks for it', async () => {
    answers.push([307, '/again'], [302, '/end']);

    await client.fetch({ url: 'http://public.test.example/', method: 'POST', body: '{}' });

    expect(seen.map(({ method, body }) => [method, body])).toEqual([
      ['POST', '{}'],
      ['POST', '{}'],
      ['GET', ''],
    ]);
  });

  it('hands a redirect back when asked to', async () => {
    answers.push([302, 'http://127.0.0.1/']);

    const response = await client.fetch({ url: 'http://public.test.example/', redirect: 'manual' });

    expect(response.status).toBe(302);
    expect(response.headers['location']).toBe('http://127.0.0.1/');
  });

  it('does not wait for the body of a redirect', async () => {
    const endless = await LoopbackServer.http((request, response) => {
      response.writeHead(request.url === '/end' ? 200 : 302, { location: '/end', connection: 'close' });
      response[request.url === '/end' ? 'end' : 'write']('body');
    });
    const allowing = new OutboundClient({ allow: [endless.host] });

    const response = await allowing.fetch({ url: `http://${endless.host}/` });
    const emptied = await endless.emptied().then(
      () => true,
      () => false,
    );
    await allowing.close();
    await endless.close();

    expect(response.status).toBe(200);
    expect(emptied).toBe(true);
  });

  it('takes a redirect without a location as the answer', async () => {
    answers.push([302, undefined as unknown as string]);

    await expect(client.fetch({ url: 'http://public.test.example/' })).resolves.toHaveProperty('status', 302);
  });

  it('does not extend an exception from the start to the target', async () => {
    const allowing = new OutboundClient({ allow: [server.host] });
    answers.push([302, 'http://127.0.0.1:1/']);

    await expect(allowing.fetch({ url: `http://${server.host}/` })).rejects.toBeInstanceOf(
      OutboundAddressRefused,
    );
    await allowing.close();
  });

  describe('through `asFetch`', () => {
    const limits = { headersTimeoutMs: 1_000, idleTimeoutMs: 1_000 };

    it('follows and says so', async () => {
      answers.push([308, '/b']);

      const response = await client.asFetch(limits)('http://public.test.example/a', {
        method: 'POST',
        body: 'x',
      });

      expect(response.url).toBe('http://public.test.example/b');
      expect(response.redirected).toBe(true);
      await expect(response.text()).resolves.toBe('end of the road');
    });

    it('checks every target', async () => {
      answers.push([302, 'http://169.254.169.254/latest/meta-data/']);

      const answer = client.asFetch(limits)('http://public.test.example/a');

      await expect(answer).rejects.toBeInstanceOf(OutboundAddressRefused);
    });

    it('fails or stays when told to', async () => {
      answers.push([302, '/b'], [302, '/b']);
      const fetch = client.asFetch(limits);

      await expect(fetch('http://public.test.example/a', { redirect: 'error' })).rejects.toBeInstanceOf(
        OutboundError,
      );
      await expect(fetch('http://public.test.example/a', { redirect: 'manual' })).resolves.toHaveProperty(
        'status',
        302,
      );
    });
  });
});
