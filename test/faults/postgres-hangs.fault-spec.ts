import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { Installation, signUp } from '../support/installation.js';
import { createBot, openConversation } from '../support/journey.js';
import { acceptedQuestions, broken, callDuring, callsOfReaders, keptTurns } from '../support/outage.js';
import { hasServers, PrivateServices } from '../support/private-services.js';
import type { TestServer } from '../support/server.js';
import { articlePage } from '../support/site.js';
import { skipLoudly } from '../support/skip-loudly.js';
import { outcomesOf } from '../support/sources.js';
import type { WorkerProcess } from '../support/worker-process.js';

const RECOVERY_MS = 15_000;
/** Long enough for calls that come when everybody knows already. */
const HANGING_MS = 14_000;
/** A silent connection is given up after 6 s, and a new one waited for as long as 5. */
const LIMIT_MS = 8_000;
const PAGE = articlePage(
  'Help',
  'The Aurora lamp comes with a warranty of 24 months from the day of purchase.',
);

if (hasServers()) {
  describe('an installation whose Postgres hangs with its connections open, and goes on after 14 s', () => {
    let services: PrivateServices;
    let installation: Installation;
    let api: TestServer;
    let worker: WorkerProcess;
    let owner: ApiClient;
    let botId: string;

    beforeAll(async () => {
      services = await PrivateServices.start();
      installation = await Installation.open(services);
      api = await installation.api();
      worker = await installation.worker();
      owner = await signUp(api.url);
      botId = (await createBot(owner, { model: { provider: 'openai', name: 'paced' } })).id;
    });

    afterAll(async () => {
      await services.thaw('postgres');
      await installation.close();
      await services.purge();
    });

    it('answers 503 meanwhile, keeps all that it accepted, and goes on by itself', async () => {
      const conversations = await Promise.all(
        Array.from({ length: 4 }, () => openConversation(owner, botId)),
      );
      const messagesOf = (n: number): string => `/v1/conversations/${conversations[n] ?? ''}/messages`;
      let releasePage: () => void = () => undefined;
      const released = new Promise<void>((resolve) => (releasePage = resolve));
      installation.site.set('/held', async (_request, response) => {
        await released;
        response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
      });
      const held = await addSource('/held');
      await eventually(
        () => installation.site.requests.length,
        (fetched) => fetched === 1,
      );

      await services.freeze('postgres');
      const hanging = sleep(HANGING_MS / 2).then(async () => {
        releasePage();
        await sleep(HANGING_MS / 2);
      });
      const calls = await callDuring(hanging, owner, callsOfReaders(messagesOf(0), messagesOf(1)));
      const ready = await owner.get('/health/ready');
      const live = await owner.get('/health/live');
      await services.thaw('postgres');
      const backAt = performance.now();
      await eventually(
        async () => (await owner.get('/v1/bots')).status,
        (status) => status === 200,
        RECOVERY_MS,
      );
      const readsAgainMs = performance.now() - backAt;
      const [outcome] = await eventually(
        () => outcomesOf(installation, [held]),
        ([one]) => one?.state === 'succeeded',
        RECOVERY_MS,
      );
      const jobEndedMs = performance.now() - backAt;
      const after = await Promise.all(
        conversations.map((_, n) => owner.post(messagesOf(n), { content: 'Are you there?' })),
      );
      const kept = await eventually(
        () => keptTurns(installation),
        (all) => [...all.values()].every(({ questions, answers }) => questions === answers),
        RECOVERY_MS,
      );
      const slowestMs = Math.max(...calls.map(({ tookMs }) => tookMs));
      process.stderr.write(
        `Postgres thawed: reads after ${readsAgainMs.toFixed(0)} ms, held job ${jobEndedMs.toFixed(0)} ms; slowest call meanwhile ${slowestMs.toFixed(0)} ms\n`,
      );

      expect(broken(calls, LIMIT_MS)).toEqual([]);
      expect(calls.filter(({ status }) => status === 503).length).toBeGreaterThan(50);
      expect(ready).toMatchObject({ status: 503, body: { dependencies: { database: 'down', queue: 'up' } } });
      expect(live.status).toBe(200);
      expect(outcome).toMatchObject({ state: 'succeeded', documents: 1 });
      expect(outcome?.runs.filter((state) => state === 'succeeded')).toHaveLength(1);
      expect(
        [...kept].filter(([what, { questions }]) => what !== 'Are you there?' && questions !== 1),
      ).toEqual([]);
      expect(acceptedQuestions(calls).filter((content) => !kept.has(content))).toEqual([]);
      expect(after.map(({ status }) => status)).toEqual(after.map(() => 200));
      expect([api, worker].map(({ isRunning }) => isRunning)).toEqual([true, true]);
    });

    const addSource = async (path: string): Promise<string> => {
      const url = installation.site.url(path);
      return (await owner.post<{ id: string }>('/v1/datasources', { type: 'url', url })).body.id;
    };
  });
} else {
  skipLoudly('an installation whose Postgres hangs', 'postgres and redis-server on this machine');
}
