import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiClient, apiClient } from '../support/api-client.js';
import { pathWith } from '../support/api-document.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { Contract } from '../support/contract/contract.js';
import { exported } from '../support/exports.js';
import type {
  CreateCredentialDto,
  LoginDto,
  RegisterDto,
  SignedInResponse,
} from '../support/generated/api.js';
import {
  addPage,
  ask,
  createBot,
  createForm,
  createImport,
  createTable,
  linkTable,
  openConversation,
} from '../support/journey.js';
import { createInsights, createLateRows } from '../support/late-rows.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';
import { ZapierStandIn } from '../support/zapier/zapier-stand-in.js';

const contract = Contract.committed;
const exampleOf = (id: string): unknown => contract.route(id).body?.example;

describe('the examples of the document', () => {
  let testApp: TestApp;
  let site: TestSite;
  let zapier: ZapierStandIn;
  let newcomer: SignedInResponse;
  let ids: Readonly<Record<string, string>>;

  beforeAll(async () => {
    site = await createSite({
      '/': articlePage('Help', 'The warranty lasts 24 months from the day of purchase.'),
    });
    zapier = await ZapierStandIn.start();
    testApp = await createTestApp({
      env: { OUTBOUND_ALLOW: site.host, ZAPIER_BASE_URL: zapier.baseUrl },
    });
    newcomer = (
      await testApp.anonymous.send('auth.register', { body: exampleOf('auth.register') as RegisterDto })
    ).body;
    const owner = {
      ...apiClient(testApp.baseUrl, newcomer.accessToken),
      actor: { id: newcomer.user.id, workspaceId: newcomer.workspace.id },
    };
    const { id: botId } = await createBot(owner, { name: 'First' });
    const { id: datasourceId } = await addPage(owner, site.url('/'), [botId]);
    const conversationId = await openConversation(owner, botId);
    const { body } = await ask(owner, conversationId, 'How long is the warranty?');
    const { body: credential } = await owner.send('providerCredentials.create', {
      body: { provider: 'openai-compatible', label: 'Ours', baseUrl: site.url('/v1') },
    });
    const { body: budget } = await owner.send('budgets.create', {
      body: { period: 'day', unit: 'tokens', amount: 1_000_000 },
    });
    const table = await createTable(owner, 'Goods');
    const { body: spare } = await owner.send('records.create', {
      tableId: table.tableId,
      body: { records: [{ fields: { title: 'To be removed' } }] },
    });
    ids = {
      ...(await createLateRows(testApp, { client: owner, botId, conversationId, word: 'spade' })),
      ...(await createForm(owner, table.tableId, 'Shown')),
      ...(await createImport(owner, table.tableId, 'shown')),
      ...{ ...table, spareRecordId: spare.data[0]?.id ?? '' },
      ...{ botId, datasourceId, conversationId, messageId: body.answer.id },
      ...{ credentialId: credential.id, budgetId: budget.id },
      connectionId: await linkTable(owner, table.tableId, zapier, 'Shown'),
    };
  });

  afterAll(async () => {
    await testApp.close();
    await site.close();
    await zapier.close();
  });

  /** What only the server that one talks with can give. */
  const own = (id: string): object => {
    if (id === 'auth.refresh') return { refreshToken: newcomer.refreshToken };
    if (id === 'records.upsert') return { key: 'code', records: [{ fields: { code: 'B7' } }] };
    if (id === 'tableLinks.create')
      return { connectionId: ids['connectionId'], remoteTableId: zapier.table('Leads', {}).id };
    // Not to lose the way in.
    if (id === 'tableConnections.update') return { token: zapier.token };
    if (id === 'topics.merge') return { topicId: ids['otherTopicId'] };
    if (id === 'corrections.learn') return { datasourceId: ids['qaSourceId'] };
    if (id === 'topics.place') return { topicId: ids['topicId'] };
    if (id === 'forms.create') return { tableId: ids['tableId'] };
    if (id.startsWith('tableImports.')) return { fileId: ids['fileId'] };
    if (id === 'records.removeAll') return { ids: [ids['spareRecordId']] };
    // That of the example is taken by the bot which the example before it makes.
    // Only a source of a table has records.
    if (id === 'bots.attach') return { filter: { languages: ['en'] } };
    if (id === 'bots.update') return { slug: 'renamed' };
    // The local model of the bot does neither.
    if (id === 'chatCompletions.create')
      return { model: ids['botId'], response_format: null, reasoning_effort: null };
    if (id === 'tables.update') return { name: 'Renamed' };
    if (id === 'providerCredentials.update') return { baseUrl: site.url('/v1') };
    return id === 'datasources.create' ? { url: site.url('/') } : {};
  };

  /** What an example before may have taken away: a run of insights, or the erasure of a person; and what has to be there first. */
  const fresh = async (id: string, owner: ApiClient): Promise<Record<string, string>> => {
    const { botId = '', conversationId = '' } = ids;
    const client = { ...owner, actor: { id: newcomer.user.id, workspaceId: newcomer.workspace.id } };
    if (/^(?:topics|gaps)\./.test(id))
      return createInsights(testApp, { client, botId, conversationId, word: id });
    if (id === 'reportSubscriptions.create')
      await client.send('reportSubscriptions.remove', { botId, subscriptionId: ids['subscriptionId'] ?? '' });
    if (id === 'insightSettings.update')
      await owner.send('providerCredentials.create', {
        body: {
          ...(exampleOf('providerCredentials.create') as CreateCredentialDto),
          label: 'For names',
        },
      });
    if (id === 'handovers.reply') {
      const handedOver = await openConversation(owner, botId);
      await owner.send('handovers.takeOver', { conversationId: handedOver });
      return { conversationId: handedOver };
    }
    if (id !== 'exports.createLink') return {};
    return { exportId: (await exported(owner, { resource: 'messages', format: 'csv' })).id };
  };

  it('of signing up and signing in belong together', async () => {
    const { body } = await testApp.anonymous.send('auth.login', {
      body: exampleOf('auth.login') as LoginDto,
    });

    expect(body.user).toEqual(newcomer.user);
  });

  // What goes on by itself and takes rows away comes last.
  const LAST = ['insights.run', 'erasures.start'];
  const named = contract.routes
    .filter(({ body, id }) => body && id !== 'auth.register')
    .map(({ id }) => id)
    .sort((a, b) => LAST.indexOf(a) - LAST.indexOf(b));

  it.each(named)('of %s can be sent as it is', async (id) => {
    const { method, path } = contract.route(id);
    // Only a source of questions has items.
    const owner = apiClient(testApp.baseUrl, newcomer.accessToken);
    ids = { ...ids, ...(await fresh(id, owner)) };
    const rows = id.startsWith('qaItems.') ? { ...ids, datasourceId: ids['qaSourceId'] ?? '' } : ids;

    const answer = await owner.call(method, pathWith(path, rows), {
      ...(exampleOf(id) as object),
      ...own(id),
    });

    expect([200, 201, 202, 204]).toContain(answer.status);
  });
});
