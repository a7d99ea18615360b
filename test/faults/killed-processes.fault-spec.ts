import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type ApiClient, apiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { Installation, signUp } from '../support/installation.js';
import { createBot, type JobAnswer, openConversation, type SourceView } from '../support/journey.js';
import { paced } from '../support/paced-model.js';
import type { TestServer } from '../support/server.js';
import { articlePage } from '../support/site.js';
import { skipLoudly } from '../support/skip-loudly.js';
import { outcomesOf } from '../support/sources.js';

const databaseUrl = process.env['TEST_DATABASE_URL'];
const redisUrl = process.env['TEST_REDIS_URL'];

/** How soon everything has to go on by itself. */
const RECOVERY_MS = 15_000;
const PAGE = articlePage(
  'Help',
  'The Aurora lamp comes with a warranty of 24 months from the day of purchase.',
);

interface Said {
  readonly role: string;
  readonly status: string;
  readonly content: string;
  readonly error?: { readonly code: string };
}

if (databaseUrl && redisUrl) {
  describe('a process that is killed', () => {
    let installation: Installation;
    let api: TestServer;
    let owner: ApiClient;
    let redis: Redis;

    beforeAll(async () => {
      redis = new Redis(redisUrl);
      installation = await Installation.open({ databaseUrl, redisUrl });
      api = await installation.api();
      owner = await signUp(api.url);
    });

    afterAll(async () => {
      redis.disconnect();
      await installation.close();
    });

    /** A page whose first reader waits for ever. */
    const holdFirst = (path: string): void => {
      let isHeld = false;
      installation.site.set(path, (_request, response) => {
        if (isHeld) return response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
        isHeld = true;
        return undefined;
      });
    };
    const requestsOf = (path: string): number =>
      installation.site.requests.filter((request) => request.path === path).length;
    const addSource = async (path: string): Promise<SourceView> =>
      (await owner.post<SourceView>('/v1/datasources', { type: 'url', url: installation.site.url(path) }))
        .body;
    const heldSource = async (path: string): Promise<SourceView> => {
      holdFirst(path);
      const source = await addSource(path);
      await eventually(
        () => requestsOf(path),
        (count) => count === 1,
      );
      return source;
    };
    const succeeded = (client: ApiClient, { job }: SourceView, withinMs = RECOVERY_MS): Promise<JobAnswer> =>
      eventually(
        async () => (await client.get<JobAnswer>(`/v1/jobs/${job.id}`)).body,
        ({ state }) => state === 'succeeded',
        withinMs,
      );

    it('loses its job to another worker', async () => {
      const doomed = await installation.worker();
      const source = await heldSource('/with-another');
      const other = await installation.worker();

      await doomed.kill();
      await succeeded(owner, source);

      expect(await outcomesOf(installation, [source.id])).toEqual([
        { state: 'succeeded', attempt: 2, documents: 1, runs: ['failed', 'succeeded'] },
      ]);
      expect(requestsOf('/with-another')).toBe(2);
      await other.stop();
    });

    it('loses its job to a worker that is started later', async () => {
      const doomed = await installation.worker();
      const source = await heldSource('/with-none');
      await doomed.kill();
      const killedAt = performance.now();

      await installation.worker();
      await succeeded(owner, source, RECOVERY_MS - (performance.now() - killedAt));

      expect(await outcomesOf(installation, [source.id])).toEqual([
        { state: 'succeeded', attempt: 2, documents: 1, runs: ['failed', 'succeeded'] },
      ]);
      expect(requestsOf('/with-none')).toBe(2);
    });

    it('has no part in a job that two workers are handed at once, several times', async () => {
      await installation.worker();
      installation.site.set('/twice', (_request, response) => {
        setTimeout(() => response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE), 1_000);
      });

      const source = await addSource('/twice');
      // The first of them is there before the others: nobody hands on what does not exist.
      await eventually(
        () => redis.exists(`${installation.redisPrefix}:ingest:${source.job.id}`),
        (count) => count === 1,
      );
      const copies = Array.from({ length: 6 }, () => source.job.id);
      await redis.lpush(`${installation.redisPrefix}:ingest:wait`, ...copies);
      await succeeded(owner, source);
      await eventually(
        () => redis.llen(`${installation.redisPrefix}:ingest:wait`),
        (count) => count === 0,
      );

      expect(await outcomesOf(installation, [source.id])).toEqual([
        { state: 'succeeded', attempt: 1, documents: 1, runs: ['succeeded'] },
      ]);
      expect(requestsOf('/twice')).toBe(1);
    });
  });

  describe('an API process that also runs jobs and is killed in the middle of a turn and a sync', () => {
    let installation: Installation;

    beforeAll(async () => {
      installation = await Installation.open({ databaseUrl, redisUrl });
    });

    afterAll(() => installation.close());

    it('leaves a question that is kept, a conversation that goes on, and a sync that ends', async () => {
      const doomed = await installation.both();
      const owner = await signUp(doomed.url);
      let held = 0;
      installation.site.set('/page', (_request, response) => {
        held += 1;
        if (held > 1) response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
      });
      const bot = await createBot(owner, { model: { provider: 'openai', name: 'paced' } });
      const conversationId = await openConversation(owner, bot.id);
      const messages = `/v1/conversations/${conversationId}/messages`;
      const { body: source } = await owner.post<SourceView>('/v1/datasources', {
        type: 'url',
        url: installation.site.url('/page'),
      });
      const broken = owner.stream(messages, { content: paced(60, 500) }).catch(() => 'broken');
      const keyed = `/v1/conversations/${await openConversation(owner, bot.id)}/messages`;
      const ask = (client: ApiClient, words: number) =>
        client.post<{ answer: Said }>(
          keyed,
          { content: paced(words, 500) },
          { 'idempotency-key': 'asked-once' },
        );
      const brokenToo = ask(owner, 4).catch(() => 'broken');
      await eventually(
        () => [installation.model.requests.length, held],
        ([asked = 0, fetched = 0]) => asked > 1 && fetched > 0,
      );

      await doomed.kill();
      const killedAt = performance.now();
      const left = (): number => RECOVERY_MS - (performance.now() - killedAt);
      const next = await installation.both();
      const again = apiClient(next.url, owner.token);
      const history = await eventually(
        async () => (await again.get<{ data: Said[] }>(messages)).body.data,
        ({ length }) => length === 2,
        left(),
      );
      const later = await again.post<{ answer: Said }>(messages, { content: 'And now?' });
      const repeated = await eventually(
        () => ask(again, 4),
        ({ status }) => status !== 409,
        left(),
      );
      await eventually(
        () => outcomesOf(installation, [source.id]),
        ([outcome]) => outcome?.state === 'succeeded',
        left(),
      );

      expect(left()).toBeGreaterThan(0);
      expect([await broken, await brokenToo]).toEqual(['broken', 'broken']);
      expect(history).toMatchObject([
        { role: 'user', content: paced(60, 500) },
        { role: 'assistant', status: 'error', error: { code: 'conversations.turn_interrupted' } },
      ]);
      expect([later.status, repeated.status]).toEqual([200, 200]);
      expect(later.body.answer).toMatchObject({ status: 'complete', content: 'word1 word2 ' });
      expect(await outcomesOf(installation, [source.id])).toEqual([
        { state: 'succeeded', attempt: 2, documents: 1, runs: ['failed', 'succeeded'] },
      ]);
      expect(held).toBe(2);
    });
  });
} else {
  skipLoudly('killed processes', 'TEST_DATABASE_URL and TEST_REDIS_URL');
}
