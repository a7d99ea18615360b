import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiClient, apiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { Installation, signUp } from '../support/installation.js';
import { createBot, openConversation } from '../support/journey.js';
import { paced } from '../support/paced-model.js';
import type { Environment, TestServer } from '../support/server.js';
import { articlePage } from '../support/site.js';
import { skipLoudly } from '../support/skip-loudly.js';
import { outcomesOf } from '../support/sources.js';

const databaseUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'];

const HOUR_MS = 3_600_000;
/** Longer than any lease or heartbeat lasts. */
const HELD_MS = 11_000;
const RECOVERY_MS = 15_000;
const PAGE = articlePage(
  'Help',
  'The Aurora lamp comes with a warranty of 24 months from the day of purchase.',
);

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A process whose clock is so far off, and steps so much further on SIGUSR2. */
function clock(offsetMs: number, stepMs = 0): Environment {
  const preload = pathToFileURL(join(import.meta.dirname, '../support/shifted-clock.mjs')).href;
  return {
    NODE_OPTIONS: `--import=${preload}`,
    CLOCK_OFFSET_MS: String(offsetMs),
    CLOCK_STEP_MS: String(stepMs),
  };
}

if (databaseUrl && redisUrl) {
  describe('processes whose clocks are an hour apart', () => {
    let installation: Installation;
    let right: TestServer;
    let ahead: TestServer;
    let behind: TestServer;
    let owner: ApiClient;

    beforeAll(async () => {
      installation = await Installation.open({ databaseUrl, redisUrl });
      [right, ahead, behind] = await Promise.all([
        installation.both(clock(0, HOUR_MS)),
        installation.both(clock(HOUR_MS)),
        installation.both(clock(-HOUR_MS)),
      ]);
      owner = await signUp(right.url);
    });

    afterAll(() => installation.close());

    /** Logs in at a process, or gets new tokens there. */
    const signIn = async ({ url }: TestServer): Promise<Tokens> => {
      const me = await owner.get<{ user: { email: string } }>('/v1/auth/me');
      const credentials = { email: me.body.user.email, password: 'Correct-horse-7-battery' };
      return (await apiClient(url).post<Tokens>('/v1/auth/login', credentials)).body;
    };
    const statusAt = async ({ url }: TestServer, { accessToken }: Tokens): Promise<number> =>
      (await apiClient(url, accessToken).get('/v1/bots')).status;
    const refreshAt = async ({ url }: TestServer, { refreshToken }: Tokens): Promise<Tokens> =>
      (await apiClient(url).post<Tokens>('/v1/auth/refresh', { refreshToken })).body;

    it('take tokens of one another until they count as expired, and then a refreshed one', async () => {
      const [fromRight, fromAhead, fromBehind] = [
        await signIn(right),
        await signIn(ahead),
        await signIn(behind),
      ];

      const statuses = {
        rightAtBehind: await statusAt(behind, fromRight),
        rightAtAhead: await statusAt(ahead, fromRight),
        aheadAtRight: await statusAt(right, fromAhead),
        behindAtRight: await statusAt(right, fromBehind),
      };
      const refusal = await apiClient(ahead.url, fromRight.accessToken).get('/v1/bots');
      const refreshed = await refreshAt(ahead, fromRight);
      const refreshedBehind = await refreshAt(right, fromBehind);

      expect(statuses).toEqual({
        rightAtBehind: 200,
        rightAtAhead: 401,
        aheadAtRight: 200,
        behindAtRight: 401,
      });
      expect(refusal.body).toMatchObject({ code: 'unauthenticated' });
      expect([await statusAt(ahead, refreshed), await statusAt(right, refreshed)]).toEqual([200, 200]);
      expect([await statusAt(right, refreshedBehind), await statusAt(behind, refreshedBehind)]).toEqual([
        200, 200,
      ]);
    });

    it('neither take over what another does nor forget what they do, also when a clock jumps meanwhile', async () => {
      const processes = [right, ahead, behind];
      const tokens = await signIn(ahead);
      const clients = processes.map(({ url }) => apiClient(url, tokens.accessToken));
      const [client = owner] = clients;
      const bot = await createBot(client, { model: { provider: 'openai', name: 'paced' } });
      const talks = await Promise.all(processes.map(() => openConversation(client, bot.id)));
      let letGo: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => (letGo = resolve));
      const paths = Array.from({ length: 6 }, (_, n) => `/held/${String(n)}`);
      paths.forEach((path) => {
        installation.site.set(path, async (_request, response) => {
          await opened;
          response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
        });
      });
      // Its first answer asks to come again later: a time that each process reckons with its own clock.
      let failures = 0;
      installation.site.set('/flaky', (_request, response) => {
        failures += 1;
        if (failures <= 2) return response.writeHead(503).end();
        return response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
      });

      const sources = await Promise.all(paths.map((path) => add(client, path)));
      const streams = talks.map((id, n) =>
        (clients[n] ?? owner).stream(`/v1/conversations/${id}/messages`, {
          content: paced(HELD_MS / 500, 500),
        }),
      );
      await eventually(
        () => [installation.site.requests.length, installation.model.requests.length],
        ([fetched = 0, asked = 0]) => fetched === 6 && asked === 3,
      );
      // Each conversation is also spoken in from a process with another clock, which has to wait for its turn.
      const waiting = talks.map((id, n) =>
        (clients[(n + 1) % 3] ?? owner).post<{ message: object }>(`/v1/conversations/${id}/messages`, {
          content: 'And then?',
        }),
      );
      await sleep(1_000);
      right.send('SIGUSR2');
      await sleep(HELD_MS - 1_000);
      letGo();
      const flaky = await add(client, '/flaky');
      const ends = (await Promise.all(streams)).map((events) => events.at(-1)?.event);
      const waited = (await Promise.all(waiting)).map((answer) => answer.status);
      const outcomes = await eventually(
        () => outcomesOf(installation, [...sources, flaky]),
        (all) => all.every(({ state }) => state === 'succeeded'),
        RECOVERY_MS,
      );
      const messages = await installation.rows<{ said: string[] }>(
        `select array_agg(role || ' ' || status order by position) as said from messages
         where conversation_id = any($1) group by conversation_id`,
        [talks],
      );

      const once = { state: 'succeeded', attempt: 1, documents: 1, runs: ['succeeded'] };
      expect(outcomes.slice(0, 6)).toEqual(sources.map(() => once));
      expect(outcomes.at(-1)).toMatchObject({ state: 'succeeded', attempt: 3 });
      expect(installation.site.requests.filter(({ path }) => path.startsWith('/held'))).toHaveLength(6);
      expect(ends).toEqual(talks.map(() => 'message.completed'));
      expect(waited).toEqual([200, 200, 200]);
      expect(messages.map(({ said }) => said)).toEqual(
        talks.map(() => ['user complete', 'assistant complete', 'user complete', 'assistant complete']),
      );
      expect(processes.map(({ isRunning }) => isRunning)).toEqual([true, true, true]);
    });

    const add = async (client: ApiClient, path: string): Promise<string> => {
      const url = installation.site.url(path);
      return (await client.post<{ id: string }>('/v1/datasources', { type: 'url', url })).body.id;
    };
  });
} else {
  skipLoudly('processes whose clocks are an hour apart', 'TEST_DATABASE_URL and TEST_REDIS_URL');
}
