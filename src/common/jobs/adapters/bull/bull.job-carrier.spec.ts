import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Bull from 'bull';
import { JOB_QUEUE_NAMES } from '../../job-queues.js';
import { BullConnections } from './bull.connections.js';
import { BullJobCarrier } from './bull.job-carrier.js';
import type { CarriedJob } from './bull.queues.js';

describe('BullJobCarrier where Redis has never answered', () => {
  let url: string;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    closed.close();
    url = `redis://127.0.0.1:${String(address !== null && typeof address === 'object' ? address.port : 0)}`;
  });

  afterAll(() => {
    Logger.overrideLogger(true);
  });

  it('ends its connections in the middle of connecting, and leaves no failure that nobody handles', async () => {
    const connections = new BullConnections(url);
    const queues = JOB_QUEUE_NAMES.map(
      (name) => new Bull<CarriedJob>(name, { createClient: connections.open }),
    );
    const carrier = new BullJobCarrier(queues, connections);
    carrier.start(() => Promise.resolve(null));
    await once(connections.client, 'error');
    await once(connections.client, 'connecting');

    const closing = carrier.close();
    connections.close();

    await closing;
    // What is unhandled is told of in a later turn, and fails the test.
    await sleep(200);
    expect(connections.client.status).toBe('end');
  });
});
