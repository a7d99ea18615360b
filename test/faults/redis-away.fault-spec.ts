import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type ApiClient, apiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { Installation, signUp } from '../support/installation.js';
import { createBot, openConversation, type SourceView } from '../support/journey.js';
import { broken, callDuring } from '../support/outage.js';
import { hasServers, PrivateServices } from '../support/private-services.js';
import type { TestServer } from '../support/server.js';
import { articlePage } from '../support/site.js';
import { skipLoudly } from '../support/skip-loudly.js';
import { outcomesOf } from '../support/sources.js';
import type { WorkerProcess } from '../support/worker-process.js';

const RECOVERY_MS = 15_000;
const AWAY_MS = 10_000;
const JOBS = 200;
const PAGE = articlePage(
  'Help',
  'The Aurora lamp comes with a warranty of 24 months from the day of purchase.',
);
const ENDED_ONCE = { state: 'succeeded', attempt: 1, documents: 1, runs: ['succeeded'] };

if (hasServers()) {
  describe('an installation whose Redis fails', () => {
    let services: PrivateServices;
    let installation: Installation;
    let api: TestServer;
    let workers: WorkerProcess[];
    let owner: ApiClient;
    let redis: Redis;

    beforeAll(async () => {
      services = await PrivateServices.start();
      installation = await Installation.open(services);
      redis = new Redis(services.redisUrl, { maxRetriesPerRequest: null });
      redis.on('error', () => undefined);
      api = await installation.api();
      owner = await signUp(api.url);
    });

    afterAll(async () => {
      redis.disconnect();
      await installation.close();
      await services.purge();
    });

    const addSource = async (path: string): Promise<string> => {
      installation.site.set(path, PAGE);
      const url = installation.site.url(path);
      return (await owner.post<SourceView>('/v1/datasources', { type: 'url', url })).body.id;
    };
    const allEnded = (ids: readonly string[], withinMs: number) =>
      eventually(
        () => outcomesOf(installation, ids),
        (outcomes) => outcomes.every(({ state }) => state === 'succeeded' || state === 'failed'),
        withinMs,
      );

    it('ends each of 200 queued jobs once, although Redis has forgotten them', async () => {
      const ids: string[] = [];
      for (let n = 0; n < JOBS; n += 20) {
        ids.push(
          ...(await Promise.all(Array.from({ length: 20 }, (_, i) => addSource(`/many/${String(n + i)}`)))),
        );
      }
      workers = await Promise.all([installation.worker(), installation.worker()]);
      await eventually(
        () => installation.site.requests.length,
        (count) => count >= 10,
      );

      await redis.flushall();
      const before = installation.site.requests.length;
      const resumed = eventually(
        () => installation.site.requests.length,
        (count) => count > before + 8,
        RECOVERY_MS,
      );
      await resumed;
      const outcomes = await allEnded(ids, 60_000);

      expect(before).toBeLessThan(JOBS / 2);
      expect(outcomes).toEqual(Array.from({ length: JOBS }, () => ENDED_ONCE));
      expect(installation.site.requests).toHaveLength(JOBS);
      expect(new Set(installation.site.requests.map(({ path }) => path)).size).toBe(JOBS);
    });

    it('serves requests for 10 s without Redis, and runs what was asked for when it is back', async () => {
      const bot = await createBot(owner, { model: { provider: 'openai', name: 'paced' } });
      const conversationId = await openConversation(owner, bot.id);
      const strict = await installation.api({ RATE_LIMIT_PER_MINUTE: '5' });
      const limited = apiClient(strict.url, owner.token);
      let next = 0;

      await services.kill('redis');
      const calls = await callDuring(sleep(AWAY_MS), owner, [
        { what: 'read', make: (client) => client.get('/v1/bots') },
        {
          what: 'ask',
          make: (client) =>
            client.post(`/v1/conversations/${conversationId}/messages`, { content: 'Hello?' }),
        },
        {
          what: 'enqueue',
          make: (client) => {
            const path = `/away/${String((next += 1))}`;
            installation.site.set(path, PAGE);
            return client.post('/v1/datasources', { type: 'url', url: installation.site.url(path) });
          },
        },
      ]);
      const ready = await owner.get('/health/ready');
      const counted = [];
      for (let n = 0; n < 8; n += 1) counted.push((await limited.get('/v1/bots')).status);
      await services.start('redis');
      const ids = calls.filter(({ what, status }) => what === 'enqueue' && status === 202);
      const outcomes = await allEnded(
        ids.map(({ body }) => String(body['id'])),
        RECOVERY_MS,
      );
      const readyAgain = await eventually(
        async () => (await owner.get('/health/ready')).body,
        ({ dependencies }) => (dependencies as { queue: string }).queue === 'up',
      );

      expect(broken(calls, 3_000)).toEqual([]);
      expect(calls.filter(({ status }) => status >= 300)).toEqual([]);
      expect(ready).toMatchObject({ status: 200, body: { dependencies: { database: 'up', queue: 'down' } } });
      expect(counted).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
      expect(ids.length).toBeGreaterThan(10);
      expect(outcomes).toEqual(ids.map(() => ENDED_ONCE));
      expect(readyAgain).toMatchObject({ status: 'ready' });
      expect([api, strict, ...workers].map(({ isRunning }) => isRunning)).toEqual([true, true, true, true]);
    });

    it('serves requests while Redis is there but silent', async () => {
      await redis.call('CLIENT', 'PAUSE', '3000', 'ALL');

      const calls = await callDuring(sleep(2_000), owner, [
        { what: 'read', make: (client) => client.get('/v1/bots') },
      ]);

      expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 200));
      expect(broken(calls, 1_500)).toEqual([]);
    });
  });
} else {
  skipLoudly('an installation whose Redis fails', 'postgres and redis-server on this machine');
}
