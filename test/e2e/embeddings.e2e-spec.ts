import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Sql } from '#common/database';
import { refuses, type Script, ScriptedServer } from '../integration/providers/scripted-server.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { embeddingScript } from '../support/embedding-script.js';
import type { ChooseEmbeddingsDto } from '../support/generated/api.js';
import { addPage, ask, createBot, ended, openConversation } from '../support/journey.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

const GOOD = 'sk-good-0123456789-wxyz';
const OWN_LENGTH = 24;
const QUESTION = 'How long is the warranty?';

const embeds = embeddingScript({ key: GOOD, usualLength: OWN_LENGTH });
/** Never answers. */
const hangs: Script = () => undefined;

describeOnEachDatabase('a workspace that chooses its embeddings', (target) => {
  let server: ScriptedServer;
  let site: TestSite;
  let testApp: TestApp;
  let admin: TestMember;
  let botId: string;
  let datasourceId: string;
  let credentialId: string;

  beforeAll(async () => {
    server = await ScriptedServer.start();
    site = await createSite({
      '/help': articlePage('Help', 'The Aurora lamp comes with a warranty of 24 months.'),
      '/more': articlePage('More', 'The Borealis lamp comes with a warranty of 12 months.'),
    });
    const { host } = new URL(server.baseUrl);
    testApp = await createTestApp({ target, env: { OUTBOUND_ALLOW: `${host},${site.host}` } });
  });
  beforeEach(async () => {
    server.play(embeds);
    admin = await (await testApp.workspace()).as('admin');
    botId = (await createBot(admin)).id;
    datasourceId = (await addPage(admin, site.url('/help'), [botId])).id;
    credentialId = await addCredential(GOOD);
  });
  afterAll(async () => {
    await testApp.close();
    await site.close();
    await server.stop();
  });

  const addCredential = async (
    secret: string,
    provider: 'openai' | 'gemini' | 'openai-compatible' = 'openai-compatible',
    member = admin,
  ): Promise<string> => {
    const body = { provider, label: 'Ours', secret, baseUrl: server.baseUrl };
    return (await member.send('providerCredentials.create', { body })).body.id;
  };
  const ours = (more: Partial<ChooseEmbeddingsDto> = {}): ChooseEmbeddingsDto => ({
    ...{ provider: 'openai-compatible', model: 'ours', credentialId },
    ...more,
  });
  const choose = async (body: ChooseEmbeddingsDto): Promise<void> => {
    const { body: changed } = await admin.send('embeddings.choose', { body });
    expect(await ended(admin, changed.job?.id ?? '')).toMatchObject({ state: 'succeeded' });
  };
  const current = async () => (await admin.send('embeddings.get', {})).body;
  const answer = async (): Promise<string> =>
    (await ask(admin, await openConversation(admin, botId), QUESTION)).body.answer.content;
  const embedded = (): unknown[] => server.requests.map(({ body }) => body['input']);

  it('embeds like the installation until then', async () => {
    expect(await current()).toEqual({
      ...{ provider: 'local', model: 'use-lite-words', credentialId: null, dimensions: 256 },
      ...{ chosenBy: 'installation', status: 'ready', waitingPassages: 0 },
    });
  });

  it('is searched by the vectors of the model from then on', async () => {
    await choose(ours());

    expect(await current()).toEqual({
      ...{ provider: 'openai-compatible', model: 'ours', credentialId, dimensions: OWN_LENGTH },
      ...{ chosenBy: 'workspace', status: 'ready', waitingPassages: 0 },
    });
    expect(await answer()).toContain('24 months');
    expect(embedded().at(-1)).toEqual([QUESTION]);
    await addPage(admin, site.url('/more'), [botId]);
    expect((await current()).waitingPassages).toBe(0);
    const { body: usage } = await admin.send('usage.report', { groupBy: 'kind', kind: 'embedding' });
    expect(usage.data).toMatchObject([{ key: 'embedding', failedCalls: 0, unpricedCalls: 4 }]);
  });

  it.each(['openai', 'gemini', 'openai-compatible'] as const)(
    'may ask %s for vectors of a length, by a credential that it need not name',
    async (provider) => {
      await addCredential(GOOD, provider);

      await choose({ provider, model: 'text-model', dimensions: 32 });

      expect(await current()).toMatchObject({
        provider,
        dimensions: 32,
        status: 'ready',
        waitingPassages: 0,
      });
      expect(await answer()).toContain('24 months');
    },
  );

  it('is answered by the old vectors until the last new one is there', async () => {
    server.play(embeds, hangs, embeds);
    const { status, body } = await admin.send('embeddings.choose', { body: ours() });

    expect([status, body.status, body.waitingPassages]).toEqual([202, 'changing', 1]);
    expect(await answer()).toContain('24 months');
    expect(embedded()).not.toContainEqual([QUESTION]);

    await admin.send('jobs.cancel', { jobId: body.job?.id ?? '' });
    await ended(admin, body.job?.id ?? '');
    expect(await current()).toMatchObject({ status: 'changing', waitingPassages: 1 });
    const { body: back } = await admin.send('embeddings.reset', {});
    await ended(admin, back.job?.id ?? '');
    expect(await current()).toMatchObject({ provider: 'local', status: 'ready', chosenBy: 'installation' });
  });

  it('is answered from words where the model fails, and where it is silent', async () => {
    await choose(ours());

    server.play(refuses(401, { message: 'revoked', code: 'invalid_api_key' }));
    expect(await answer()).toContain('24 months');
    server.play(hangs);
    expect(await answer()).toContain('24 months');
    expect(embedded()).toContainEqual([QUESTION]);
  });

  it.each<[string, Partial<ChooseEmbeddingsDto>, number, string, RegExp]>([
    [
      'of a provider without any',
      { provider: 'anthropic' as 'local' },
      422,
      'invalid_fields',
      /local, openai/,
    ],
    [
      'that is not built in',
      { provider: 'local', model: 'x', credentialId: undefined },
      422,
      'providers.unknown_model',
      /use-lite-words/,
    ],
    [
      'of a provider without credential',
      { provider: 'mistral', credentialId: undefined },
      422,
      'provider_not_configured',
      /mistral/,
    ],
    [
      'by a credential for another provider',
      { provider: 'openai' },
      404,
      'not_found',
      /credential for .*openai/,
    ],
    ['of vectors that are longer than may be kept', { dimensions: 100_000 }, 422, 'invalid_fields', /4096/],
  ])('is told at once of a model %s', async (_, more, status, code, words) => {
    const answered = await admin.call('PUT', '/v1/workspace/embeddings', ours(more));

    expect(answered).toMatchObject({ status, body: { code } });
    expect(JSON.stringify(answered.body)).toMatch(words);
    expect(await current()).toMatchObject({ provider: 'local', status: 'ready' });
    expect(server.requests).toEqual([]);
  });

  it.each<[string, Script, number, string]>([
    ['refuses the key', refuses(401, { message: 'no', code: 'invalid_api_key' }), 424, 'provider_auth'],
    [
      'does not know the model',
      refuses(404, { message: 'no', code: 'model_not_found' }),
      424,
      'provider_bad_request',
    ],
    [
      'gives no vectors',
      (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}'),
      503,
      'provider_protocol',
    ],
  ])('is told by a trial when the provider %s, and nothing has changed', async (_, script, status, code) => {
    server.play(script);

    const answered = await admin.call('PUT', '/v1/workspace/embeddings', ours());

    expect(answered).toMatchObject({ status, body: { code } });
    expect(await current()).toMatchObject({ provider: 'local', chosenBy: 'installation', status: 'ready' });
  });

  it('is told of vectors that have another length than it asked for', async () => {
    server.play((response) => {
      const data = [{ index: 0, embedding: Array(OWN_LENGTH).fill(1) }];
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    });

    const answered = await admin.call('PUT', '/v1/workspace/embeddings', ours({ dimensions: 64 }));

    expect(answered).toMatchObject({ status: 422, body: { errors: [{ path: 'dimensions' }] } });
    expect(JSON.stringify(answered.body)).toContain('must be 24');
  });

  it('cannot use the credential of another workspace', async () => {
    const stranger = await (await testApp.workspace()).as('owner');
    const foreign = await addCredential(GOOD, 'openai-compatible', stranger);

    const { status } = await admin.call('PUT', '/v1/workspace/embeddings', ours({ credentialId: foreign }));

    expect([status, server.requests]).toEqual([404, []]);
  });

  it('keeps the credential that it needs, and lets go of it afterwards', async () => {
    await choose(ours());
    expect(await admin.call('DELETE', `/v1/provider-credentials/${credentialId}`)).toMatchObject({
      ...{ status: 409, body: { code: 'credentials.in_use' } },
    });

    await choose({ provider: 'local', model: 'use-lite-words' });

    expect((await admin.send('providerCredentials.remove', { credentialId })).status).toBe(204);
    expect(await answer()).toContain('24 months');
  });

  it('is searched by one of the models that were chosen at once, and by no other', async () => {
    const names = ['first', 'second', 'third'];

    const changes = await Promise.all(
      names.map((model) => admin.send('embeddings.choose', { body: ours({ model }) })),
    );
    for (const { body } of changes) if (body.job) await ended(admin, body.job.id);

    const { model, status, waitingPassages } = await current();
    expect(names).toContain(model);
    expect([status, waitingPassages]).toEqual(['ready', 0]);
    expect(
      await testApp.app
        .get(Sql)
        .acrossWorkspaces(
          'looks whose vectors there are',
          'select distinct e.model from chunk_embeddings e where e.workspace_id = ? and e.model not like ?',
          [admin.actor.workspaceId, `openai-compatible/${model}@1/%`],
        ),
    ).toEqual([]);
  });

  it('can be deleted while it embeds with a credential of its own', async () => {
    await choose(ours());

    await testApp.app
      .get(Sql)
      .acrossWorkspaces('a workspace goes', 'delete from workspaces where id = ?', [admin.actor.workspaceId]);

    expect(
      await testApp.app
        .get(Sql)
        .acrossWorkspaces('all went with it', 'select 1 from embedding_models where workspace_id = ?', [
          admin.actor.workspaceId,
        ]),
    ).toEqual([]);
  });

  it('pays for vectors out of its budgets, and is refused before the model is asked when they are used up', async () => {
    const { body: budget } = await admin.send('budgets.create', {
      body: { period: 'day', unit: 'tokens', amount: 10_000 },
    });
    await choose(ours());
    await admin.send('bots.search', { botId, body: { query: QUESTION } });

    const { used, reserved } = (await admin.send('budgets.get', { budgetId: budget.id })).body;
    // The trial, the passage and the question.
    expect([used, reserved]).toEqual([21, 0]);

    await admin.send('budgets.update', { budgetId: budget.id, body: { amount: 22 } });
    const asked = server.requests.length;
    const { body: source } = await admin.send('datasources.update', {
      datasourceId,
      body: { url: site.url('/more') },
    });
    await ended(admin, (await admin.send('datasources.sync', { datasourceId: source.id })).body.job.id);
    expect((await admin.send('datasources.get', { datasourceId })).body.lastError?.code).toBe(
      'budget_exhausted',
    );
    expect((await admin.call('PUT', '/v1/workspace/embeddings', ours({ model: 'b' }))).status).toBe(402);
    expect((await admin.send('bots.search', { botId, body: { query: QUESTION } })).body.data).toHaveLength(1);
    expect(server.requests).toHaveLength(asked);
  });
});
