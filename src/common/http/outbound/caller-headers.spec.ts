import { describe, expect, it } from '@jest/globals';
import { checkedHeaders, withoutConnectionHeaders } from './caller-headers.js';
import { OutboundRequestInvalid } from './outbound.errors.js';

describe('checkedHeaders', () => {
  it.each([
    'Host',
    'Connection',
    'Transfer-Encoding',
    'Content-Length',
    'Upgrade',
    'Proxy-Authorization',
    'Metadata',
    'Metadata-Flavor',
    'Metadata-Token',
    'X-Google-Metadata-Request',
    'X-aws-ec2-metadata-token',
    'X-aws-ec2-metadata-token-ttl-seconds',
    'X-Metadata-Token',
  ])('refuses %s', (name) => {
    expect(() => checkedHeaders({ [name]: 'x' })).toThrow(OutboundRequestInvalid);
  });

  it('hands other headers on with names in lower case', () => {
    expect(checkedHeaders({ Authorization: 'Bearer x', 'X-Api-Key': 'y' })).toEqual({
      authorization: 'Bearer x',
      'x-api-key': 'y',
    });
  });
});

describe('withoutConnectionHeaders', () => {
  it('drops what belongs to the connection', () => {
    expect(withoutConnectionHeaders({ Host: 'a', connection: 'close', accept: '*/*' })).toEqual({
      accept: '*/*',
    });
  });
});
