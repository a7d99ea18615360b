import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboundClient, OutboundTlsFailed } from '../../../src/common/http/outbound/index.js';
import { LoopbackInternet, testCertificate } from '../../support/outbound/loopback-internet.js';
import { LoopbackServer } from '../../support/outbound/loopback-server.js';

describe('OutboundClient, TLS', () => {
  let server: LoopbackServer;
  let client: OutboundClient;

  beforeEach(async () => {
    server = await LoopbackServer.https((_request, response) => response.end('secret'));
  });

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  function clientTrusting(trusted: { readonly ca?: string }): OutboundClient {
    const { resolver, connectorFactory } = new LoopbackInternet(server.port, trusted);
    return new OutboundClient({ allow: [], resolver, connectorFactory });
  }

  it('reaches a server whose certificate is for the name that was asked', async () => {
    client = clientTrusting({ ca: testCertificate });

    const response = await client.fetch({ url: 'https://secure.test.example/' });

    expect(response.body.toString()).toBe('secret');
  });

  it('refuses a self-signed certificate', async () => {
    client = clientTrusting({});

    const answer = client.fetch({ url: 'https://secure.test.example/' });

    await expect(answer).rejects.toBeInstanceOf(OutboundTlsFailed);
    await expect(answer).rejects.toThrow('its certificate is self-signed');
  });

  it('refuses a certificate for another name', async () => {
    client = clientTrusting({ ca: testCertificate });

    const answer = client.fetch({ url: 'https://other.test.example/' });

    await expect(answer).rejects.toBeInstanceOf(OutboundTlsFailed);
    await expect(answer).rejects.toThrow('its certificate is for another host name');
  });

  it('reports a server that does not speak TLS', async () => {
    const plain = await LoopbackServer.http((_request, response) => response.end());
    client = new OutboundClient({ allow: [plain.host] });

    await expect(client.fetch({ url: `https://${plain.host}/` })).rejects.toBeInstanceOf(OutboundTlsFailed);
    await plain.close();
  });
});
