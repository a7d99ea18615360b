import { once } from 'node:events';
import { createServer } from 'node:net';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueueConfig } from '#config';
import { SignalBus, SignalsModule } from '#common/signals';
import { describeSignalBus } from '../../contracts/signal-bus.contract.js';
import { describeOnRedis, type TestRedis } from '../../support/redis.js';

describeSignalBus('signals within the process', 1, () => new QueueConfig());

describeOnRedis('signals over Redis', (open) => {
  let redis: TestRedis;

  beforeAll(() => {
    redis = open();
  });
  afterAll(() => redis.close());

  describeSignalBus('between three processes', 3, () =>
    Object.assign(new QueueConfig(), { redisUrl: redis.url, prefix: redis.prefix }),
  );
});

describe('signals where Redis has never answered', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  afterAll(() => {
    Logger.overrideLogger(true);
  });

  it('are dropped, and leave no failure that nobody handles', async () => {
    const silent = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const queue = Object.assign(new QueueConfig(), { redisUrl: `redis://127.0.0.1:${String(port)}` });
    const module = await Test.createTestingModule({ imports: [SignalsModule.with(queue)] }).compile();
    const bus = module.get(SignalBus);

    const heard: string[] = [];
    bus.on('turn.stopped', (id) => heard.push(id));
    bus.send({ name: 'turn.stopped', id: 'a' });
    await once(silent, 'connection');
    await module.close();

    // What is unhandled is told of in a later turn, and fails the test.
    await new Promise((resolve) => {
      silent.close(resolve);
    });
    expect(heard).toEqual([]);
  });
});
