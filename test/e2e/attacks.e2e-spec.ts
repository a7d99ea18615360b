import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiDocument, type Operation, pathWith } from '../support/api-document.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { validBody, validValue } from '../support/hostile-values.js';
import {
  addPage,
  ask,
  createBot,
  createForm,
  createHook,
  createImport,
  createTable,
  linkTable,
  openConversation,
} from '../support/journey.js';
import { createLateRows } from '../support/late-rows.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';
import { ZapierStandIn } from '../support/zapier/zapier-stand-in.js';

const NO_ID = '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a';
const SECRET = 'The vault of the north opens with the word heliotrope.';

/** One row of each kind, by the name that routes have for its id. */
type Rows = Readonly<Record<string, string>>;

/** Only a source of questions has items. */
function rowsFor({ id }: Operation, rows: Rows): Rows {
  return id.startsWith('qaItems.') ? { ...rows, datasourceId: rows['qaSourceId'] ?? '' } : rows;
}

/** A workspace with one of everything. */
async function furnish(
  testApp: TestApp,
  owner: TestMember,
  pageUrl: string,
  zapier: ZapierStandIn,
): Promise<Rows> {
  const { id: botId } = await createBot(owner, { name: 'Vault keeper' });
  const source = await addPage(owner, pageUrl, [botId]);
  const conversationId = await openConversation(owner, botId, { externalUserId: 'customer-1' });
  const { body: turn } = await ask(owner, conversationId, 'Which word opens the vault of the north?');
  const { body: documents } = await owner.send('datasources.listDocuments', { datasourceId: source.id });
  const { body: runs } = await owner.send('datasources.listRuns', { datasourceId: source.id });
  const { body: key } = await owner.send('apiKeys.create', { body: { name: 'Import' } });
  const { body: credential } = await owner.send('providerCredentials.create', {
    body: { provider: 'openai', label: 'Vault account', secret: 'sk-vault-0123456789' },
  });
  const { body: budget } = await owner.send('budgets.create', {
    body: { period: 'month', unit: 'usd', amount: 50 },
  });
  const { body: override } = await owner.send('models.putOverride', {
    body: { provider: 'openai', name: 'vault-model', contextWindow: 4_096 },
  });
  const table = await createTable(owner, 'Vault goods');
  return {
    ...table,
    connectionId: await linkTable(owner, table.tableId, zapier, 'Vault'),
    ...(await createHook(owner, table.tableId, 'Vault')),
    ...(await createForm(owner, table.tableId, 'Vault')),
    ...(await createImport(owner, table.tableId, 'vault')),
    ...(await createLateRows(testApp, { client: owner, botId, conversationId, word: 'spade' })),
    ...{
      botId,
      model: botId,
      conversationId,
      datasourceId: source.id,
      jobId: source.job.id,
      apiKeyId: key.id,
    },
    ...{ messageId: turn.answer.id, documentId: documents.data[0]?.id ?? '', runId: runs.data[0]?.id ?? '' },
    ...{ credentialId: credential.id, budgetId: budget.id, overrideId: override.id },
  };
}

describe('a stranger in a workspace of its own', () => {
  let testApp: TestApp;
  let site: TestSite;
  let zapier: ZapierStandIn;
  let victim: TestMember;
  let stranger: TestMember;
  let theirs: Rows;
  let own: Rows;
  let document: ApiDocument;

  beforeAll(async () => {
    site = await createSite({
      '/vault': articlePage('The vault', SECRET),
      '/plain': articlePage('Plain', 'Nothing is hidden on this plain page about gardens and spades.'),
    });
    zapier = await ZapierStandIn.start();
    testApp = await createTestApp({
      env: { OUTBOUND_ALLOW: site.host, ZAPIER_BASE_URL: zapier.baseUrl },
    });
    document = await ApiDocument.of(testApp.baseUrl);
    victim = await (await testApp.workspace()).as('owner');
    stranger = await (await testApp.workspace()).as('owner');
    theirs = await furnish(testApp, victim, site.url('/vault'), zapier);
    own = await furnish(testApp, stranger, site.url('/plain'), zapier);
  });

  afterAll(async () => {
    await testApp.close();
    await site.close();
    await zapier.close();
  });

  /** What the victim sees of its own. */
  const victimsView = async (): Promise<unknown[]> => {
    const { botId, conversationId, datasourceId, documentId, jobId, runId, tableId } = theirs;
    const { qaSourceId, gapId } = theirs;
    const paths = [
      ...['/v1/bots', `/v1/bots/${botId}`, '/v1/datasources', `/v1/datasources/${datasourceId}`],
      ...[`/v1/datasources/${datasourceId}/runs`, `/v1/datasources/${datasourceId}/documents`],
      ...[`/v1/datasources/${datasourceId}/documents/${documentId}/chunks`, `/v1/jobs/${jobId}`],
      `/v1/datasources/${datasourceId}/runs/${runId}/pages`,
      ...['/v1/conversations', `/v1/conversations/${conversationId}/messages`],
      ...[
        '/v1/tables',
        `/v1/tables/${tableId}/records`,
        `/v1/tables/${tableId}/imports`,
        `/v1/tables/${tableId}/hooks`,
        '/v1/forms',
        '/v1/table-connections',
      ],
      ...['/v1/provider-credentials', '/v1/budgets', '/v1/model-overrides'],
      ...[`/v1/datasources/${qaSourceId}/items`, `/v1/conversations/${conversationId}/notes`],
      ...['/v1/conversation-views', '/v1/exports', '/v1/export-schedules', '/v1/erasures'],
      ...[`/v1/bots/${botId}/insights/topics`, `/v1/bots/${botId}/insights/gaps/${gapId}`],
      `/v1/bots/${botId}/insights/subscriptions`,
    ];
    return Promise.all(paths.map(async (path) => (await victim.get(path)).body));
  };
  const keysOfVictim = async (): Promise<string[]> =>
    (await victim.send('apiKeys.list')).body.data.map(({ id }) => id);
  const answerTo = async (operation: Operation, ids: Rows): Promise<Record<string, unknown>> => {
    const body = operation.body ? validBody(operation.body) : undefined;
    // A link is refused for its form, before it is looked up, when it has no token.
    const search = operation.query['token'] ? `?token=${'a'.repeat(43)}` : '';
    const path = pathWith(operation.path, ids) + search;
    const { status, body: said } = await stranger.call(operation.method, path, body);
    return { status, ...said, requestId: null };
  };

  it('has rows of every kind that a route names', () => {
    const names = document.operations.flatMap(({ pathParameters }) => pathParameters);

    expect([...new Set(names)].filter((name) => !theirs[name] || !own[name])).toEqual([]);
  });

  it('cannot tell rows of others from rows that never were, on any route', async () => {
    const before = await victimsView();
    const differences: unknown[] = [];
    // Pages of forms, addresses of hooks and links in letters are there for everybody who knows them.
    const closed = document.operations.filter(({ id }) => !/^(formPages|hooks|unsubscribe)\./.test(id));
    for (const operation of closed) {
      const [mine, others] = [rowsFor(operation, own), rowsFor(operation, theirs)];
      // A token of no link is all that the route of links says no to.
      const refusal = operation.query['token'] ? 403 : 404;
      // The names of charts are the same for everybody.
      for (const name of operation.pathParameters.filter((one) => one !== 'chart')) {
        const foreign = await answerTo(operation, { ...mine, [name]: others[name] ?? '' });
        const unknown = await answerTo(operation, { ...mine, [name]: NO_ID });
        if (foreign['status'] !== refusal || JSON.stringify(foreign) !== JSON.stringify(unknown)) {
          differences.push({ operation: operation.id, name, foreign, unknown });
        }
      }
    }

    expect(differences).toEqual([]);
    expect(await victimsView()).toEqual(before);
    expect(await keysOfVictim()).toContain(theirs['apiKeyId']);
  });

  it('cannot name rows of others in any body', async () => {
    const differences: unknown[] = [];
    const closed = document.operations.filter(({ body, isPublic }) => body && !isPublic);
    for (const { id, method, path, body = {} } of closed) {
      const references = Object.entries(body.properties ?? {}).filter(
        ([, field]) => field.format === 'uuid' || field.items?.format === 'uuid',
      );
      for (const [name, field] of references) {
        for (const row of Object.values(theirs)) {
          const value = field.items ? [row] : row;
          const told = { ...validBody(body), url: site.url('/plain'), [name]: value };
          const { status, body: said } = await stranger.call(method, pathWith(path, own), told);
          if (status !== 422) differences.push({ id, name, status, said });
        }
      }
    }

    expect(differences).toEqual([]);
  });

  it('cannot reach the passages of others by any way to a search', async () => {
    const { botId = '' } = own;
    const attach = await stranger.call(
      'PUT',
      `/v1/bots/${botId}/datasources/${theirs['datasourceId'] ?? ''}`,
    );
    const search = await stranger.send('bots.search', { botId, body: { query: SECRET, topK: 50 } });
    const conversationId = await openConversation(stranger, botId);
    const turn = await ask(stranger, conversationId, SECRET);

    expect(attach.status).toBe(404);
    expect(JSON.stringify(search.body)).not.toContain('vault');
    expect(JSON.stringify(turn.body.answer)).not.toContain('vault');
  });

  it('cannot listen to the events of others, not even again', async () => {
    const path = `/v1/jobs/${theirs['jobId'] ?? ''}/events`;
    const headers = { accept: 'text/event-stream', 'last-event-id': '1' };

    for (let times = 0; times < 2; times += 1) {
      const answer = await stranger.call('GET', path, undefined, headers);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        404,
        expect.stringContaining('problem+json'),
      ]);
    }
  });

  it('cannot speak in a conversation of others, streamed or not', async () => {
    const path = `/v1/conversations/${theirs['conversationId'] ?? ''}/messages`;

    const streamed = await stranger.call(
      'POST',
      path,
      { content: 'Hello?' },
      { accept: 'text/event-stream' },
    );
    const plain = await stranger.post(path, { content: 'Hello?' });

    expect([streamed.status, plain.status]).toEqual([404, 404]);
  });

  it('sees no rows of others in any list, whatever it filters by', async () => {
    const lists = document.operations.filter(({ method, query }) => method === 'GET' && query['limit']);
    const foreign = new Set(Object.values({ ...theirs, chart: victim.user.id }));
    const cursors = Object.values(theirs).map((id) => Buffer.from(id).toString('base64url'));
    const leaks: string[] = [];
    for (const { path, query } of lists) {
      const values = Object.entries(query).map(([name, schema]) => `${name}=${String(validValue(schema))}`);
      const searches = [
        ...['', 'botId=', 'externalUserId=customer-1', `botId=${theirs['botId'] ?? ''}`, 'limit=200'],
        ...values.filter((value) => !value.startsWith('cursor')),
        ...cursors.map((cursor) => `cursor=${cursor}`),
      ];
      for (const search of searches) {
        const { body } = await stranger.get(`${pathWith(path, own)}?${search}`);
        const text = JSON.stringify(body);
        if ([...foreign].some((id) => text.includes(id))) leaks.push(`${path}?${search}`);
      }
    }

    expect(lists.length).toBeGreaterThan(5);
    expect(leaks).toEqual([]);
  });

  it('cannot take over a row by making one with its id', async () => {
    const before = await victimsView();
    const makers = document.ownOperations.filter(
      ({ method, body, isPublic }) => method === 'POST' && body && !isPublic,
    );
    const statuses: number[] = [];
    for (const { method, path, body = {} } of makers) {
      for (const field of ['id', '_id', 'workspaceId', 'workspace_id']) {
        const told = { ...validBody(body), [field]: theirs['botId'] };
        statuses.push((await stranger.call(method, pathWith(path, own), told)).status);
      }
    }

    expect(new Set(statuses)).toEqual(new Set([422]));
    expect(await victimsView()).toEqual(before);
  });

  it('cannot set what only the server sets', async () => {
    const changers = document.operations.filter(({ method }) => method === 'PATCH');
    const accepted: string[] = [];
    for (const { method, path, body = {} } of changers) {
      const isShown = document.operations.some((one) => one.method === 'GET' && one.path === path);
      const row = isShown ? (await stranger.get(pathWith(path, own))).body : { id: NO_ID, createdAt: NO_ID };
      const serverOwned = Object.keys(row).filter((name) => !(name in (body.properties ?? {})));
      for (const name of [...serverOwned, 'workspaceId', 'createdById', 'deletedAt', 'isPublic']) {
        const { status } = await stranger.call(method, pathWith(path, own), { [name]: row[name] ?? NO_ID });
        if (status !== 422) accepted.push(`${path} ${name}`);
      }
      expect(serverOwned).toContain('id');
      expect(serverOwned.filter((name) => name.endsWith('At'))).not.toEqual([]);
    }

    expect(accepted).toEqual([]);
  });

  it('is given no first answer of another by its Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'the-same-key' };
    const twin = { body: { name: 'Twin' }, headers };

    const first = await victim.send('bots.create', twin);
    const second = await stranger.send('bots.create', twin);
    const third = await stranger.post('/v1/bots', { name: 'Other' }, headers);

    expect([first.status, second.status, third.status]).toEqual([201, 201, 409]);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('finds nothing by SQL in a filter or an id', async () => {
    const externalUserId = "x' or '1'='1";

    const filtered = await stranger.send('conversations.list', { externalUserId });
    const named = await stranger.get(`/v1/bots/${own['botId'] ?? ''}'%20or%201=1--`);

    expect([filtered.body.data, named.status]).toEqual([[], 404]);
  });

  it('sees no secret and no hash in any answer', async () => {
    const readers = document.operations.filter(({ id, method }) => method === 'GET' && id !== 'jobs.events');
    const texts = await Promise.all(
      readers.map(async ({ path }) => JSON.stringify((await stranger.get(pathWith(path, own))).body)),
    );

    // How a key ends is shown, by which people know it.
    // Whom an erasure was about is kept as a hash only, by which one can show that it was done.
    const shown = texts.map((text) =>
      text.replaceAll('"secretHint":"6789"', '').replaceAll(/"subjectHash":"[0-9a-f]{64}"/g, ''),
    );
    expect(
      shown.filter((text) => /sk-vault|hash|secret|argon2|cq_refresh|eyJ|cq_key_[\w-]{10,}/i.test(text)),
    ).toEqual([]);
  });
});
