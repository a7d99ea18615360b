import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Role, ROLES } from '#common/access';
import { apiClient, type ApiClient } from '../support/api-client.js';
import { ApiDocument, type Operation, pathWith } from '../support/api-document.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { validBody } from '../support/hostile-values.js';
import { ask, createBot, openConversation } from '../support/journey.js';

const NO_ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';

const EVERYBODY: readonly Role[] = ROLES;
const EDITORS: readonly Role[] = ['owner', 'admin', 'editor'];
const ANALYSTS: readonly Role[] = ['owner', 'admin', 'editor', 'analyst'];
const ADMINS: readonly Role[] = ['owner', 'admin'];

/** Section 8 of the design, route by route: who is let in. What of it each one sees is the second half of this file. */
const MAY_CALL: Readonly<Record<string, readonly Role[]>> = {
  'apiKeys.create': ADMINS,
  'apiKeys.list': ADMINS,
  'apiKeys.revoke': ADMINS,
  'auditLog.list': ADMINS,
  'auth.logout': EVERYBODY,
  'auth.me': EVERYBODY,
  'botPrivacy.get': EVERYBODY,
  'botPrivacy.set': ADMINS,
  'botPrivacyDefault.get': EVERYBODY,
  'botPrivacyDefault.set': ADMINS,
  'bots.attach': EDITORS,
  'bots.create': EDITORS,
  'bots.detach': EDITORS,
  'bots.get': EVERYBODY,
  'bots.list': EVERYBODY,
  'bots.listDatasources': EVERYBODY,
  'bots.remove': EDITORS,
  'bots.search': EVERYBODY,
  'bots.update': EDITORS,
  'budgets.create': ADMINS,
  'budgets.get': ANALYSTS,
  'budgets.list': ANALYSTS,
  'budgets.remove': ADMINS,
  'budgets.update': ADMINS,
  'chatCompletions.create': EVERYBODY,
  'conversationImports.get': EDITORS,
  'conversationImports.start': EDITORS,
  'conversations.ask': EVERYBODY,
  'conversations.create': EVERYBODY,
  'conversations.get': EVERYBODY,
  'conversations.list': EVERYBODY,
  'conversations.listMessages': EVERYBODY,
  'conversations.remove': EDITORS,
  'datasources.create': EDITORS,
  'conversationViews.create': ANALYSTS,
  'conversationViews.get': ANALYSTS,
  'conversationViews.list': ANALYSTS,
  'conversationViews.listConversations': ANALYSTS,
  'conversationViews.remove': ANALYSTS,
  'conversationViews.update': ANALYSTS,
  'corrections.get': EVERYBODY,
  'corrections.learn': EDITORS,
  'corrections.put': ANALYSTS,
  'corrections.remove': ANALYSTS,
  'handovers.handBack': ANALYSTS,
  'handovers.reply': ANALYSTS,
  'handovers.takeOver': ANALYSTS,
  'teamView.listMessages': ANALYSTS,
  'transcripts.show': EVERYBODY,
  'inbox.addNote': ANALYSTS,
  'inbox.changeMany': ANALYSTS,
  'inbox.listNotes': ANALYSTS,
  'inbox.listTags': ANALYSTS,
  'inbox.markRead': EVERYBODY,
  'inbox.markUnread': EVERYBODY,
  'inbox.removeNote': ANALYSTS,
  'inbox.update': ANALYSTS,
  'qaItems.add': EDITORS,
  'qaItems.change': EDITORS,
  'qaItems.list': EVERYBODY,
  'qaItems.remove': EDITORS,
  'report.chart': ANALYSTS,
  'report.show': ANALYSTS,
  'datasources.download': EVERYBODY,
  'datasources.get': EVERYBODY,
  'datasources.list': EVERYBODY,
  'datasources.listChunks': EVERYBODY,
  'datasources.listDocuments': EVERYBODY,
  'datasources.listRunPages': EVERYBODY,
  'datasources.listRuns': EVERYBODY,
  'datasources.remove': EDITORS,
  'datasources.sync': EDITORS,
  'datasources.syncDocument': EDITORS,
  'datasources.update': EDITORS,
  'datasources.upload': EDITORS,
  'erasures.get': ADMINS,
  'erasures.list': ADMINS,
  'erasures.start': ADMINS,
  'legalHolds.lift': ADMINS,
  'legalHolds.place': ADMINS,
  'embeddings.choose': ADMINS,
  'embeddings.get': EVERYBODY,
  'embeddings.reset': ADMINS,
  'exportSchedules.create': EDITORS,
  'exportSchedules.get': ANALYSTS,
  'exportSchedules.list': ANALYSTS,
  'exportSchedules.listRuns': ANALYSTS,
  'exportSchedules.remove': EDITORS,
  'exportSchedules.run': EDITORS,
  'exportSchedules.update': EDITORS,
  'exports.cancel': ANALYSTS,
  'exports.create': ANALYSTS,
  'exports.createLink': ANALYSTS,
  'exports.download': ANALYSTS,
  'exports.get': ANALYSTS,
  'exports.list': ANALYSTS,
  'exports.remove': ANALYSTS,
  'fields.add': EDITORS,
  'fields.convert': EDITORS,
  'fields.remove': EDITORS,
  'fields.update': EDITORS,
  'gaps.fix': EDITORS,
  'gaps.get': ANALYSTS,
  'gaps.list': ANALYSTS,
  'gaps.replay': EDITORS,
  'gaps.update': ANALYSTS,
  'reportSubscriptions.create': ANALYSTS,
  'reportSubscriptions.list': ANALYSTS,
  'reportSubscriptions.remove': ANALYSTS,
  'trends.show': ANALYSTS,
  'insights.overview': ANALYSTS,
  'insights.questions': ANALYSTS,
  'insights.run': ANALYSTS,
  'insights.topics': ANALYSTS,
  'insightSettings.get': ANALYSTS,
  'insightSettings.update': EDITORS,
  'topics.merge': ANALYSTS,
  'topics.place': ANALYSTS,
  'topics.update': ANALYSTS,
  'jobs.cancel': EDITORS,
  'jobs.events': EVERYBODY,
  'jobs.get': EVERYBODY,
  'jobs.retry': EDITORS,
  'messages.rate': EVERYBODY,
  'messages.retry': EVERYBODY,
  'messages.search': EVERYBODY,
  'messages.stop': EVERYBODY,
  'models.list': EVERYBODY,
  'models.listOverrides': EVERYBODY,
  'models.putOverride': ADMINS,
  'models.removeOverride': ADMINS,
  'openAiModels.get': EVERYBODY,
  'openAiModels.list': EVERYBODY,
  'providerCredentials.create': ADMINS,
  'providerCredentials.get': ADMINS,
  'providerCredentials.list': ADMINS,
  'providerCredentials.remove': ADMINS,
  'providerCredentials.test': ADMINS,
  'providerCredentials.update': ADMINS,
  'providers.list': EVERYBODY,
  'forms.create': EDITORS,
  'forms.get': EVERYBODY,
  'forms.list': EVERYBODY,
  'forms.remove': EDITORS,
  'forms.update': EDITORS,
  'importFiles.preview': EDITORS,
  'importFiles.remove': EDITORS,
  'importFiles.send': EDITORS,
  'imports.get': EVERYBODY,
  'imports.report': EVERYBODY,
  'tableConnections.create': ADMINS,
  'tableConnections.get': EDITORS,
  'tableConnections.list': EDITORS,
  'tableConnections.listTables': EDITORS,
  'tableConnections.remove': ADMINS,
  'tableConnections.test': ADMINS,
  'tableConnections.update': ADMINS,
  'tableHooks.create': EDITORS,
  'tableHooks.list': EDITORS,
  'tableHooks.remove': EDITORS,
  'tableImports.list': EVERYBODY,
  'tableImports.preview': EDITORS,
  'tableImports.start': EDITORS,
  'tableLinks.create': EDITORS,
  'tableLinks.get': EVERYBODY,
  'tableLinks.remove': EDITORS,
  'tableLinks.sync': EDITORS,
  'tableLinks.update': EDITORS,
  'records.create': EDITORS,
  'records.get': EVERYBODY,
  'records.list': EVERYBODY,
  'records.query': EVERYBODY,
  'records.remove': EDITORS,
  'records.removeAll': EDITORS,
  'records.update': EDITORS,
  'records.upsert': EDITORS,
  'tables.create': EDITORS,
  'tables.get': EVERYBODY,
  'tables.list': EVERYBODY,
  'tables.remove': EDITORS,
  'tables.update': EDITORS,
  'usage.report': ANALYSTS,
};

describe('roles', () => {
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let document: ApiDocument;

  beforeAll(async () => {
    testApp = await createTestApp();
    workspace = await testApp.workspace();
    document = await ApiDocument.of(testApp.baseUrl);
  });

  afterAll(() => testApp.close());

  const statusOf = async (client: ApiClient, operation: Operation): Promise<number> => {
    const path = pathWith(
      operation.path,
      Object.fromEntries(operation.pathParameters.map((name) => [name, NO_ID])),
    );
    const body = operation.body ? validBody(operation.body) : undefined;
    return (await client.call(operation.method, path, body)).status;
  };
  const keyOf = async (role: Role): Promise<ApiClient> => {
    const owner = await workspace.as('owner');
    const { body } = await owner.send('apiKeys.create', { body: { name: role, role } });
    return apiClient(testApp.baseUrl, body.key);
  };

  it('have a word on every route that is not public', () => {
    const closed = document.operations.filter(({ isPublic }) => !isPublic).map(({ id }) => id);

    expect(closed.sort()).toEqual(Object.keys(MAY_CALL).sort());
  });

  const cases = Object.entries(MAY_CALL).flatMap(([operation, roles]) =>
    ROLES.map((role) => ({ operation, role, allowed: roles.includes(role) })),
  );

  it.each(cases)('of a person: $role calls $operation: $allowed', async ({ operation, role, allowed }) => {
    const member = await workspace.as(role);

    const status = await statusOf(member, document.operation(operation));

    expect([401, 403].includes(status) ? status : true).toBe(allowed || 403);
  });

  it.each(ROLES)('of an API key are those of a person (%s)', async (role) => {
    const key = await keyOf(role);

    const refused = [];
    for (const operation of document.operations.filter(({ isPublic }) => !isPublic)) {
      if ((await statusOf(key, operation)) === 403) refused.push(operation.id);
    }

    const closed = Object.entries(MAY_CALL).filter(([, roles]) => !roles.includes(role));
    expect(refused.sort()).toEqual(closed.map(([id]) => id).sort());
  });

  describe('and conversations of others', () => {
    let conversationId: string;
    let answerId: string;

    beforeAll(async () => {
      const editor = await workspace.as('editor');
      conversationId = await openConversation(editor, (await createBot(editor)).id);
      answerId = (await ask(editor, conversationId, 'Whose words are these?')).body.answer.id;
    });

    it.each([
      ['owner', { read: 200, rate: 200, chat: 200, isListed: true }],
      ['admin', { read: 200, rate: 200, chat: 200, isListed: true }],
      ['editor', { read: 200, rate: 200, chat: 200, isListed: true }],
      ['analyst', { read: 200, rate: 200, chat: 404, isListed: true }],
      ['viewer', { read: 404, rate: 404, chat: 404, isListed: false }],
    ] as const)('%s: %j', async (role, expected) => {
      const member: TestMember = await workspace.as(role);
      const path = `/v1/conversations/${conversationId}`;

      const read = await member.get(path);
      const messages = await member.get(`${path}/messages`);
      const list = await member.send('conversations.list', { limit: 200 });
      const rate = await member.post(`/v1/messages/${answerId}/feedback`, { rating: 'up' });
      const chat = await member.post(`${path}/messages`, { content: 'May I?' });

      expect(messages.status).toBe(read.status);
      expect({
        read: read.status,
        rate: rate.status,
        chat: chat.status,
        isListed: list.body.data.some(({ id }) => id === conversationId),
      }).toEqual(expected);
    });

    it('leave a viewer its own', async () => {
      const viewer = await workspace.as('viewer');
      const editor = await workspace.as('editor');
      const own = await openConversation(viewer, (await createBot(editor)).id);

      const turn = await ask(viewer, own, 'Is this mine?');
      const messageId = turn.body.answer.id;
      const rated = await viewer.send('messages.rate', { messageId, body: { rating: 'down' } });
      const list = await viewer.send('conversations.list');

      expect(rated.body.feedback?.rating).toBe('down');
      expect(list.body.data.map(({ id }) => id)).toEqual([own]);
    });
  });
});
