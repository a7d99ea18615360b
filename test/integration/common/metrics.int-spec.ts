import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, Sql } from '#common/database';
import { ProviderOverloaded } from '#modules/providers';
import { FakeChatModel } from '../../fakes/fake.chat-model.js';
import { FakeEmbeddingModel } from '../../fakes/fake.embedding-model.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../../support/app.js';
import { describeOnEachDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { addPage, createBot, openConversation } from '../../support/journey.js';
import { samplesNamed, samplesOf, valueOf } from '../../support/metrics-page.js';
import { articlePage, createSite, type TestSite } from '../../support/site.js';

const TOKEN = 'a-secret-of-the-operator';
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/;

async function scrape(app: TestApp, token = TOKEN): Promise<{ status: number; body: string }> {
  return app.anonymous.call<string>('GET', '/metrics', undefined, { authorization: `Bearer ${token}` });
}

describe('/metrics without METRICS_TOKEN', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
  });
  afterAll(() => app.close());

  it.each(['', 'undefined', TOKEN])('does not exist, whatever secret is given: "%s"', async (token) => {
    expect((await scrape(app, token)).status).toBe(404);
  });
});

describeOnEachDatabase('/metrics', (target) => {
  let app: TestApp;
  let site: TestSite;
  let workspace: TestWorkspace;
  let owner: TestMember;
  let botId: string;

  beforeAll(async () => {
    site = await createSite({ '/opening': articlePage('Opening', 'The shop opens at ten.') });
    app = await createTestApp({
      target,
      env: { METRICS_TOKEN: TOKEN, OUTBOUND_ALLOW: site.host },
      chatModels: [
        new FakeChatModel('fake', { texts: ['At ten [1].'], usage: { inputTokens: 9, outputTokens: 3 } }),
        new FakeChatModel('broken', { texts: [], failure: new ProviderOverloaded() }),
      ],
      embeddingModel: new FakeEmbeddingModel('local/fake@1'),
    });
    workspace = await app.workspace();
    owner = await workspace.as('owner');
    await addWaiting(workspace.id);
    const bot = await createBot(owner, { model: { provider: 'fake', name: 'any' } });
    botId = bot.id;
    await addPage(owner, site.url('/opening'), [botId]);
    await ask(botId, 'When does the shop open?');
  });
  afterAll(async () => {
    await app.close();
    await site.close();
  });

  async function ask(bot: string, content: string): Promise<number> {
    const conversation = await openConversation(owner, bot);
    return (await owner.post(`/v1/conversations/${conversation}/messages`, { content })).status;
  }

  const page = async (): Promise<string> => (await scrape(app)).body;

  it('is for those who know the secret', async () => {
    const answers = await Promise.all([
      app.anonymous.get('/metrics'),
      scrape(app, 'another-secret-of-that-size'),
      scrape(app, ''),
      owner.get('/metrics'),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(answers[0].body).toMatchObject({ code: 'unauthenticated' });
  });

  it('speaks the text format of Prometheus, of the process, too', async () => {
    const answer = await app.anonymous.call<string>('GET', '/metrics', undefined, {
      authorization: `Bearer ${TOKEN}`,
    });

    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(answer.body).toContain('# TYPE colloquy_http_request_seconds histogram');
    for (const name of [
      'process_resident_memory_bytes',
      'nodejs_heap_size_used_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'process_cpu_seconds_total',
    ]) {
      expect([name, valueOf(answer.body, name)]).toEqual([name, expect.any(Number)]);
    }
  });

  it('counts requests by the route that was declared, never by the path that was asked for', async () => {
    await owner.get(`/v1/bots/${botId}`);
    await owner.get(`/v1/bots/${newId()}`);
    await owner.get('/v1/made-up/path');
    await app.anonymous.call('PROPFIND', '/v1/bots');

    const text = await eventually(page, (now) => samplesNamed(now, REQUESTS, { method: 'other' }).length > 0);

    expect(valueOf(text, REQUESTS, { method: 'GET', route: '/v1/bots/:botId', status: '2xx' })).toBe(1);
    expect(valueOf(text, REQUESTS, { method: 'GET', route: '/v1/bots/:botId', status: '4xx' })).toBe(1);
    expect(valueOf(text, REQUESTS, { method: 'GET', route: 'none', status: '4xx' })).toBe(1);
    expect(valueOf(text, REQUESTS, { method: 'other', route: 'none', status: '4xx' })).toBe(1);
  });

  it('measures turns, searches, models, fetches and jobs', async () => {
    const text = await page();

    const turn = { provider: 'fake', outcome: 'complete' };
    const chat = { kind: 'chat', provider: 'fake', model: 'any', outcome: 'ok' };
    expect(valueOf(text, 'colloquy_turn_seconds_count', turn)).toBe(1);
    expect(valueOf(text, 'colloquy_turn_first_token_seconds_count', { provider: 'fake' })).toBe(1);
    expect(valueOf(text, 'colloquy_retrieval_seconds_count', { outcome: 'ok' })).toBe(1);
    expect(valueOf(text, 'colloquy_provider_call_seconds_count', chat)).toBe(1);
    expect(valueOf(text, 'colloquy_provider_call_seconds_count', { kind: 'embedding' })).toBeGreaterThan(1);
    expect(valueOf(text, 'colloquy_outbound_fetch_seconds_count', { outcome: '2xx' })).toBe(1);
    expect(
      valueOf(text, 'colloquy_job_seconds_count', {
        type: 'datasource.sync',
        queue: 'ingest',
        outcome: 'succeeded',
      }),
    ).toBe(1);
  });

  it('knows a failing provider by the code of its failure, and no model that somebody made up', async () => {
    const made = await createBot(owner, { model: { provider: 'broken', name: 'made-up-model-7f3a' } });

    expect(await ask(made.id, 'Anybody there?')).toBe(503);

    const text = await page();
    const broken = { provider: 'broken', model: 'other', outcome: 'provider_overloaded' };
    expect(valueOf(text, 'colloquy_provider_call_seconds_count', broken)).toBeGreaterThanOrEqual(1);
    expect(valueOf(text, 'colloquy_turn_seconds_count', { provider: 'broken', outcome: 'error' })).toBe(1);
    expect(text).not.toContain('made-up-model');
  });

  it('labels nothing with ids, texts or addresses', async () => {
    const labels = samplesOf(await page()).flatMap((sample) => Object.values(sample.labels));

    expect(labels.filter((value) => UUID.test(value) || value.includes(site.host))).toEqual([]);
    expect(labels.join(' ')).not.toMatch(/opening|shop|When does/);
  });

  it('shows what waits in the queues and in the outbox, and for how long', async () => {
    // What the tests before have announced goes out by itself.
    const text = await eventually(page, (shown) => valueOf(shown, 'colloquy_outbox_waiting') === 1);

    expect(valueOf(text, 'colloquy_jobs', { queue: 'export', state: 'waiting' })).toBe(2);
    expect(valueOf(text, 'colloquy_jobs', { queue: 'export', state: 'delayed' })).toBe(1);
    expect(valueOf(text, 'colloquy_jobs', { queue: 'export', state: 'running' })).toBe(0);
    expect(valueOf(text, 'colloquy_jobs', { queue: 'delivery', state: 'waiting' })).toBe(0);
    const waited = valueOf(text, 'colloquy_jobs_oldest_waiting_seconds', { queue: 'export' });
    expect(waited).toBeGreaterThanOrEqual(600);
    expect(waited).toBeLessThan(660);
    expect(valueOf(text, 'colloquy_outbox_waiting')).toBe(1);
    expect(valueOf(text, 'colloquy_outbox_oldest_seconds')).toBeGreaterThanOrEqual(300);
  });

  it('shows the use of the connections to the database', async () => {
    const text = await page();

    const states = samplesNamed(text, 'colloquy_database_connections');
    expect(states.map(({ labels }) => labels['state']).sort()).toEqual(['idle', 'in_use']);
    expect(states.reduce((sum, { value }) => sum + value, 0)).toBeGreaterThanOrEqual(1);
    // The readings of this very page wait for one another where there is one connection.
    expect(valueOf(text, 'colloquy_database_waiting')).toBeLessThan(target.name === 'PGlite' ? 5 : 1);
    const readings = samplesNamed(text, 'colloquy_readings_up').map(({ labels, value }) => [
      labels['readings'],
      value,
    ]);
    expect(Object.fromEntries(readings)).toEqual({
      ...{ database_pool: 1, jobs: 1, outbox: 1, passage_memory: 1, provider_circuits: 1, search: 1 },
    });
  });

  /** Jobs of a kind that nobody runs, and an event that is tried again much later. */
  async function addWaiting(workspaceId: string): Promise<void> {
    const sql = app.app.get(Sql);
    for (const dueInSeconds of [-600, -5, 600]) {
      await sql.acrossWorkspaces(
        'test',
        `insert into jobs (id, workspace_id, queue, type, payload, max_attempts, backoff_ms, run_after, created_at, updated_at)
         values (?, ?, 'export', 'nobody.runs', '{}', 1, 0, now() + ? * interval '1 second', now(), now())`,
        [newId(), workspaceId, dueInSeconds],
      );
    }
    await sql.acrossWorkspaces(
      'test',
      `insert into outbox (id, workspace_id, type, payload, next_attempt_at, created_at)
       values (?, ?, 'nobody.hears', '{}', now() + interval '1 hour', now() - interval '5 minutes')`,
      [newId(), workspaceId],
    );
  }
});

const REQUESTS = 'colloquy_http_request_seconds_count';
