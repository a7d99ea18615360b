import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { signUp } from '../support/installation.js';
import { createBot, ended, openConversation, type SourceView } from '../support/journey.js';
import { TestServer } from '../support/server.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';
import { skipLoudly } from '../support/skip-loudly.js';
import { SmallDisk } from '../support/small-disk.js';

const RECOVERY_MS = 15_000;
const PAGE = articlePage(
  'Help',
  'The Aurora lamp comes with a warranty of 24 months from the day of purchase.',
);

interface Said {
  readonly role: string;
  readonly content: string;
}

if (SmallDisk.isPossible()) {
  describe('an embedded installation whose disk is full', () => {
    let disk: SmallDisk;
    let site: TestSite;
    let server: TestServer;
    let owner: ApiClient;

    beforeAll(async () => {
      const mounted = SmallDisk.mount(320);
      if (!mounted) throw new Error('There is no disk to fill.');
      disk = mounted;
      site = await createSite();
      server = await TestServer.start({
        dataDir: disk.folder,
        env: { OUTBOUND_ALLOW: site.host, LOG_LEVEL: 'warn' },
      });
      owner = await signUp(server.url);
    });

    afterAll(async () => {
      await server.stop();
      await site.close();
      disk.unmount();
    });

    it('refuses to save with a clear code, shows what it has, and goes on when there is space', async () => {
      let letGo: () => void = () => undefined;
      const opened = new Promise<void>((resolve) => (letGo = resolve));
      site.set('/page', async (_request, response) => {
        await opened;
        response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
      });
      const bot = await createBot(owner);
      const conversationId = await openConversation(owner, bot.id);
      const messages = `/v1/conversations/${conversationId}/messages`;
      const say = (content: string) => owner.post(messages, { content });
      const heard = async (): Promise<string[]> =>
        (await owner.get<{ data: Said[] }>(messages)).body.data
          .filter(({ role }) => role === 'user')
          .map(({ content }) => content);
      const first = await say('Before.');
      const { body: source } = await owner.post<SourceView>('/v1/datasources', {
        type: 'url',
        url: site.url('/page'),
        botIds: [bot.id],
      });
      await eventually(
        () => site.requests.length,
        (count) => count === 1,
      );

      disk.fill(20);
      letGo();
      const refused = [
        await say('Meanwhile.'),
        await owner.post(messages, { content: 'Meanwhile, as a stream.' }, { accept: 'text/event-stream' }),
        await owner.post('/v1/bots', { name: 'No space' }),
        await owner.post('/v1/datasources', { type: 'url', url: site.url('/other') }),
      ];
      const seen = await heard();
      const ready = await owner.get('/health/ready');
      const live = await owner.get('/health/live');
      // Long enough for jobs, sweeper and outbox to meet the full disk, too.
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      const seenLater = await heard();
      disk.free();
      const freedAt = performance.now();
      const after = await say('After.');
      const job = await ended(owner, source.job.id);
      const recoveredMs = performance.now() - freedAt;
      const { body: read } = await owner.get<SourceView>(`/v1/datasources/${source.id}`);

      expect(first.status).toBe(200);
      expect(refused.map(({ status, body }) => [status, body['code']])).toEqual(
        refused.map(() => [503, 'storage.full']),
      );
      expect(refused.map(({ headers }) => headers.get('retry-after'))).toEqual(refused.map(() => '30'));
      expect([seen, seenLater]).toEqual([['Before.'], ['Before.']]);
      expect(ready).toMatchObject({
        status: 503,
        body: { dependencies: { database: 'up', storage: 'down' } },
      });
      expect(live.status).toBe(200);
      expect(after.status).toBe(200);
      expect(await heard()).toEqual(['Before.', 'After.']);
      expect(job).toMatchObject({ state: 'succeeded' });
      expect(recoveredMs).toBeLessThan(RECOVERY_MS);
      expect(read).toMatchObject({ status: 'ready', documentCount: 1, chunkCount: 1 });
      expect((await owner.get('/health/ready')).status).toBe(200);
      expect(server.isRunning).toBe(true);
    });
  });
} else {
  skipLoudly('an embedded installation whose disk is full', 'the right to mount a tmpfs');
}
