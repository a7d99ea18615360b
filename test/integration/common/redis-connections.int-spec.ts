import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { connectRedis } from '#common/redis';
import { eventually } from '../../support/eventually.js';
import { ServerProxy } from '../../support/server-proxy.js';
import { describeOnRedis, type TestRedis } from '../../support/redis.js';

const ANSWER_WITHIN_MS = 200;

describeOnRedis('a connection to Redis that is lost without a word', (open) => {
  let redis: TestRedis;
  let proxy: ServerProxy;
  let straight: Redis;
  let connection: Redis | undefined;

  beforeEach(async () => {
    redis = open();
    proxy = await ServerProxy.start(redis.url);
    straight = connectRedis(redis.url, {});
  });

  afterEach(async () => {
    connection?.disconnect();
    straight.disconnect();
    await proxy.close();
    await redis.close();
  });

  const connect = (options: Parameters<typeof connectRedis>[1]): Redis =>
    (connection = connectRedis(proxy.url, options, undefined, ANSWER_WITHIN_MS));

  it('is made again for a command that waits', async () => {
    const waiting = connect({ maxRetriesPerRequest: null });
    await waiting.ping();
    const taken = waiting.blpop(`${redis.prefix}:list`, 0);
    proxy.mute();
    proxy.listen();

    await eventually(
      () => proxy.accepted,
      (accepted) => accepted > 1,
    );
    await straight.rpush(`${redis.prefix}:list`, 'one');

    expect(await taken).toEqual([`${redis.prefix}:list`, 'one']);
  });

  it('is made again for one that only listens', async () => {
    const listening = connect({ maxRetriesPerRequest: null });
    const heard: string[] = [];
    listening.on('message', (_channel, message) => heard.push(message));
    await listening.subscribe(`${redis.prefix}:channel`);
    proxy.mute();
    proxy.listen();

    await eventually(
      () => straight.publish(`${redis.prefix}:channel`, 'hello'),
      (listeners) => listeners > 0 && heard.length > 0,
    );

    expect(new Set(heard)).toEqual(new Set(['hello']));
  });

  it('is made again for commands that wait no longer than a moment', async () => {
    const hasty = connect({ enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 50 });
    await eventually(
      () => hasty.status,
      (status) => status === 'ready',
    );
    proxy.mute();
    await expect(hasty.ping()).rejects.toThrow('Command timed out');
    proxy.listen();

    const answer = await eventually(
      () => hasty.ping().catch(() => 'none'),
      (said) => said === 'PONG',
    );

    expect(answer).toBe('PONG');
  });

  it('is made again when it fell silent before it was ready', async () => {
    proxy.mute();
    const first = connect({ maxRetriesPerRequest: null });
    await eventually(
      () => first.status,
      (status) => status === 'connect',
    );
    proxy.listen();

    expect(await first.ping()).toBe('PONG');
  });

  it('is left alone while it answers', async () => {
    const quiet = connect({ maxRetriesPerRequest: null });
    const taken = quiet.blpop(`${redis.prefix}:list`, 0.1);

    expect(await taken).toBeNull();
    await new Promise((passed) => setTimeout(passed, ANSWER_WITHIN_MS * 4));

    expect(proxy.accepted).toBe(1);
  });
});
