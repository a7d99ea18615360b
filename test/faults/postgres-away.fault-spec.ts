import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient, StreamedEvent } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { Installation, signUp } from '../support/installation.js';
import { createBot, openConversation } from '../support/journey.js';
import {
  acceptedQuestions,
  broken,
  callDuring,
  callsOfReaders,
  keptTurns,
  type OutageCall,
} from '../support/outage.js';
import { paced } from '../support/paced-model.js';
import { hasServers, PrivateServices } from '../support/private-services.js';
import type { TestServer } from '../support/server.js';
import { articlePage } from '../support/site.js';
import { skipLoudly } from '../support/skip-loudly.js';
import { outcomesOf } from '../support/sources.js';
import type { WorkerProcess } from '../support/worker-process.js';

const RECOVERY_MS = 15_000;
const AWAY_MS = 10_000;
/** A call waits for a connection for 5 s at most. */
const LIMIT_MS = 7_000;
const TERMINAL = ['message.completed', 'error'];
const PAGE = articlePage(
  'Help',
  'The Aurora lamp comes with a warranty of 24 months from the day of purchase.',
);

if (hasServers()) {
  describe('an installation whose Postgres is killed and comes back after 10 s', () => {
    let services: PrivateServices;
    let installation: Installation;
    let api: TestServer;
    let workers: WorkerProcess[];
    let owner: ApiClient;
    let botId: string;

    beforeAll(async () => {
      services = await PrivateServices.start();
      installation = await Installation.open(services);
      api = await installation.api();
      workers = [await installation.worker(), await installation.worker()];
      owner = await signUp(api.url);
      botId = (await createBot(owner, { model: { provider: 'openai', name: 'paced' } })).id;
    });

    afterAll(async () => {
      await installation.close();
      await services.purge();
    });

    const messagesOf = (conversationId: string): string => `/v1/conversations/${conversationId}/messages`;
    const streamOutcome = (events: readonly StreamedEvent[]): { started: boolean; terminals: number } => ({
      started: events[0]?.event === 'message.started',
      terminals: events.filter(({ event }) => TERMINAL.includes(event)).length,
    });

    it('answers 503 meanwhile, keeps all that it accepted, and goes on by itself', async () => {
      // Streams and jobs that are under way when it happens, some to end while it lasts and some after.
      const talks = await Promise.all(Array.from({ length: 14 }, () => openConversation(owner, botId)));
      const underWay = [4, 8, 26, 30].map((words, n) =>
        owner.stream(messagesOf(talks[n] ?? ''), { content: `${paced(words, 500)} (stream ${String(n)})` }),
      );
      let releasePages: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => (releasePages = resolve));
      const held = ['/held/1', '/held/2', '/held/3', '/held/4'];
      held.forEach((path) => {
        installation.site.set(path, async (_request, response) => {
          await opened;
          response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
        });
      });
      const heldSources = await Promise.all(held.map((path) => add(owner, path)));
      await eventually(
        () => [installation.model.requests.length, installation.site.requests.length],
        ([asked = 0, fetched = 0]) => asked >= 4 && fetched >= 4,
      );

      await services.kill('postgres');
      let number = 0;
      const away = sleep(AWAY_MS / 2).then(async () => {
        releasePages();
        await sleep(AWAY_MS / 2);
      });
      const calls = await callDuring(away, owner, [
        ...callsOfReaders(messagesOf(talks[8] ?? ''), messagesOf(talks[9] ?? '')),
        {
          what: 'sign in',
          make: (client) =>
            client.post('/v1/auth/login', { email: 'a@b.example', password: 'Correct-horse-7-battery' }),
        },
        { what: 'enqueue', make: (client) => addCall(client, `/away/${String((number += 1))}`) },
      ]);
      const ready = await owner.get('/health/ready');
      const live = await owner.get('/health/live');
      await services.start('postgres');
      const backAt = performance.now();
      const left = (): number => RECOVERY_MS - (performance.now() - backAt);

      await eventually(
        async () => (await owner.get('/v1/bots')).status,
        (status) => status === 200,
        left(),
      );
      const readsAgainMs = performance.now() - backAt;
      const heldOutcomes = await eventually(
        () => outcomesOf(installation, heldSources),
        (outcomes) => outcomes.every(({ state }) => state === 'succeeded'),
        left(),
      );
      const jobsEndedMs = performance.now() - backAt;
      const streams = (await Promise.all(underWay)).map(streamOutcome);
      const kept = await eventually(
        () => keptTurns(installation),
        (all) => [...all.values()].every(({ questions, answers }) => questions === answers),
        left(),
      );
      const turnsClosedMs = performance.now() - backAt;
      const after = await Promise.all(
        talks.map((id) => owner.post(messagesOf(id), { content: 'Are you there?' })),
      );
      const fresh = await add(owner, '/fresh');
      await eventually(
        () => outcomesOf(installation, [fresh]),
        ([outcome]) => outcome?.state === 'succeeded',
        left(),
      );
      process.stderr.write(
        `Postgres back: reads after ${readsAgainMs.toFixed(0)} ms, held jobs ${jobsEndedMs.toFixed(0)} ms, turns ${turnsClosedMs.toFixed(0)} ms; slowest call meanwhile ${slowest(calls)} ms\n`,
      );

      expect(broken(calls, LIMIT_MS)).toEqual([]);
      expect(calls.filter(({ status }) => status === 503).length).toBeGreaterThan(50);
      expect(ready).toMatchObject({ status: 503, body: { dependencies: { database: 'down', queue: 'up' } } });
      expect(live.status).toBe(200);
      expect(streams).toEqual(streams.map(() => ({ started: true, terminals: 1 })));
      expect([...kept].filter(([, { questions, answers }]) => questions !== 1 || answers !== 1)).toEqual([]);
      expect([...kept.keys()].filter((content) => content.includes('(stream '))).toHaveLength(4);
      expect(acceptedQuestions(calls).filter((content) => !kept.has(content))).toEqual([]);
      expect(heldOutcomes).toMatchObject(held.map(() => ({ state: 'succeeded', documents: 1 })));
      expect(heldOutcomes.map(({ runs }) => runs.filter((state) => state === 'succeeded').length)).toEqual([
        1, 1, 1, 1,
      ]);
      expect(after.map(({ status }) => status)).toEqual(after.map(() => 200));
      expect([api, ...workers].map(({ isRunning }) => isRunning)).toEqual([true, true, true]);
      expect(await undelivered()).toBe(0);
    });

    const addCall = (client: ApiClient, path: string) => {
      installation.site.set(path, PAGE);
      return client.post('/v1/datasources', { type: 'url', url: installation.site.url(path) });
    };
    const add = async (client: ApiClient, path: string): Promise<string> => {
      if (path === '/fresh') installation.site.set(path, PAGE);
      const url = installation.site.url(path);
      return (await client.post<{ id: string }>('/v1/datasources', { type: 'url', url })).body.id;
    };
    const undelivered = async (): Promise<number> =>
      eventually(
        async () => {
          const [row] = await installation.rows<{ count: number }>(
            'select count(*)::int as count from outbox where dispatched_at is null',
          );
          return row?.count ?? -1;
        },
        (count) => count === 0,
      );
  });
} else {
  skipLoudly('an installation whose Postgres is killed', 'postgres and redis-server on this machine');
}

function slowest(calls: readonly OutageCall[]): string {
  return Math.max(...calls.map(({ tookMs }) => tookMs)).toFixed(0);
}
