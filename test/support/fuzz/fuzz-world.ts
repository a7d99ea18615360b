import { randomBytes } from 'node:crypto';
import { apiClient, type ApiClient } from '../api-client.js';
import type { TestApp, TestMember, TestWorkspace } from '../app.js';
import {
  addPage,
  createBot,
  createConnection,
  createForm,
  createHook,
  createImport,
  createTable,
  openConversation,
} from '../journey.js';
import { createLateRows, type Speaker } from '../late-rows.js';
import { articlePage } from '../site.js';
import type { Random } from './random.js';

/** One row of each kind, by the name that routes have for its id. */
type Rows = Readonly<Record<string, string>>;
type Learned = Record<string, readonly (string | undefined)[]>;

interface Identified {
  readonly id: string;
}

interface Registered {
  readonly accessToken: string;
  readonly user: Identified;
  readonly workspace: Identified;
}

const PASSWORD = 'Correct-horse-7-battery';
const REMEMBERED = 40;
/** Led to the test's own site by the outbound client that the test puts in. */
const SITE = 'http://pages.test.example';

/** What the answer of a route that made something tells of new rows. */
const TELLS: Readonly<Record<string, (body: Record<string, never>) => Learned>> = {
  'bots.create': ({ id }) => ({ botId: [id] }),
  'datasources.create': ({ id, job }) => ({
    datasourceId: [id],
    jobId: [(job as Identified | undefined)?.id],
  }),
  'datasources.syncDocument': ({ job }) => ({ jobId: [(job as Identified | undefined)?.id] }),
  'datasources.sync': ({ job }) => ({ jobId: [(job as Identified | undefined)?.id] }),
  'conversations.create': ({ id }) => ({ conversationId: [id] }),
  'conversations.ask': ({ message, answer }) => ({
    messageId: [(message as Identified | undefined)?.id, (answer as Identified | undefined)?.id],
  }),
  // Only an answer that was corrected can lose its correction.
  'corrections.put': ({ messageId }) => ({ messageId: [messageId] }),
  'apiKeys.create': ({ id }) => ({ apiKeyId: [id] }),
  'providerCredentials.create': ({ id }) => ({ credentialId: [id] }),
  'budgets.create': ({ id }) => ({ budgetId: [id] }),
  'tables.create': ({ id, fields }) => ({ tableId: [id], fieldId: idsOf(fields) }),
  'fields.add': ({ id }) => ({ fieldId: [id] }),
  'fields.convert': ({ job }) => ({ jobId: [(job as Identified | undefined)?.id] }),
  'records.create': ({ data }) => ({ recordId: idsOf(data) }),
  'records.upsert': ({ data }) => ({ recordId: idsOf(data) }),
  'forms.create': ({ id }) => ({ formId: [id] }),
  'tableConnections.create': ({ id }) => ({ connectionId: [id] }),
  'tableHooks.create': ({ id }) => ({ hookId: [id] }),
  'importFiles.send': ({ id }) => ({ fileId: [id] }),
  'tableImports.start': ({ id, job }) => ({ importId: [id], jobId: [(job as Identified | undefined)?.id] }),
  'exportSchedules.create': ({ id }) => ({ exportScheduleId: [id] }),
  'exportSchedules.run': ({ id }) => ({ jobId: [id] }),
  'exports.create': ({ id, job }) => ({ exportId: [id], jobId: [(job as Identified | undefined)?.id] }),
  'qaItems.add': ({ items, job }) => ({ itemId: idsOf(items), jobId: [(job as Identified | undefined)?.id] }),
  'inbox.addNote': ({ id }) => ({ noteId: [id] }),
  'handovers.reply': ({ id }) => ({ messageId: [id] }),
  'conversationViews.create': ({ id }) => ({ viewId: [id] }),
  'erasures.start': ({ id, job }) => ({ erasureId: [id], jobId: [(job as Identified | undefined)?.id] }),
  'conversationImports.start': ({ id, job }) => ({
    conversationImportId: [id],
    jobId: [(job as Identified | undefined)?.id],
  }),
  'insights.run': ({ job }) => ({ jobId: [(job as Identified | undefined)?.id] }),
  'reportSubscriptions.create': ({ id }) => ({ subscriptionId: [id] }),
  'gaps.replay': ({ job }) => ({ jobId: [(job as Identified | undefined)?.id] }),
  'models.putOverride': ({ id }) => ({ overrideId: [id] }),
  'auth.register': ({ refreshToken }) => ({ refreshToken: [refreshToken] }),
  'auth.login': ({ refreshToken }) => ({ refreshToken: [refreshToken] }),
  'auth.refresh': ({ refreshToken }) => ({ refreshToken: [refreshToken] }),
};

/**
 * Two workspaces with one of everything: the caller's own, and a foreign one whose every text holds `canary`, which
 * no request ever sends.
 */
export class FuzzWorld {
  /** Rows that the calls have made, newest last. */
  readonly #made = new Map<string, string[]>();
  #gone: string[] = [];
  readonly account = { email: '', password: PASSWORD };

  private constructor(
    readonly canary: string,
    readonly owner: TestMember,
    readonly viewer: TestMember,
    readonly key: ApiClient,
    private readonly workspace: TestWorkspace,
    private readonly own: readonly Rows[],
    private readonly foreign: Rows,
    private readonly foreigner: ApiClient,
  ) {}

  static async make(testApp: TestApp, pages: Map<string, string>): Promise<FuzzWorld> {
    const canary = `canary-${randomBytes(6).toString('hex')}`;
    pages.set(
      `/${canary}`,
      articlePage(`${canary} vault`, `The vault of the north opens with ${canary} words.`),
    );
    const foreigner = await register(testApp, canary);
    // What everybody may see who knows the address is no secret, nor is the name of a chart.
    const {
      slug: _,
      token: __,
      chart: ___,
      ...foreign
    } = await furnish(testApp, foreigner.client, `${SITE}/${canary}`, canary);
    const workspace = await testApp.workspace();
    const owner = await workspace.as('owner');
    const shop = await furnish(testApp, owner, `${SITE}/shop`, 'Shop');
    const gone = await furnish(testApp, owner, `${SITE}/gone`, 'Gone');
    const own = [shop, { ...shop, topicId: shop['otherTopicId'] ?? '' }, { ...gone, ...withQuestions(gone) }];
    const { body: made } = await owner.post<{ key: string }>('/v1/api-keys', {
      name: 'Caller',
      role: 'editor',
    });
    const world = new FuzzWorld(
      canary,
      owner,
      await workspace.as('viewer'),
      apiClient(testApp.baseUrl, made.key),
      workspace,
      own,
      { ...foreign, userId: foreigner.userId, workspaceId: foreigner.workspaceId },
      foreigner.client,
    );
    world.account.email = (await register(testApp, 'person')).email;
    return world;
  }

  /** Ids that no answer may hold. */
  get foreignIds(): readonly string[] {
    return Object.values(this.foreign);
  }

  /** A member whose session nobody else needs. */
  leaver(): Promise<TestMember> {
    return this.workspace.as('viewer');
  }

  /** An address of a page that is there, is not there, takes long or leads elsewhere. */
  pageUrl(random: Random): string {
    return `${SITE}/${random.pick(['shop', 'shop?x=1', 'garden', 'gone', 'slow', 'loop', `none-${String(random.int(1, 9))}`])}`;
  }

  /** The id of an own row that is there, or was removed together with another. */
  ownId(name: string, random: Random): string | undefined {
    const made = this.#made.get(name) ?? [];
    const kept = this.own.flatMap((rows) => rows[name] ?? []);
    return pickOf(random.chance(0.35) && made.length > 0 ? made : kept, random);
  }

  /** The id of an own row that was removed. */
  goneId(random: Random): string | undefined {
    return pickOf(this.#gone, random);
  }

  /** The id of an own row that may be removed. */
  spareId(name: string, random: Random): string | undefined {
    return pickOf(this.#made.get(name) ?? [], random);
  }

  /** Ids of own rows that belong together. */
  ownRows(random: Random): Rows {
    return random.pick(this.own);
  }

  foreignId(name: string, random: Random): string {
    return this.foreign[name] ?? random.pick(this.foreignIds);
  }

  /** Remembers the rows that an answer tells of. */
  learn(operationId: string, body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    const learned = TELLS[operationId]?.(body as Record<string, never>) ?? {};
    for (const [name, ids] of Object.entries(learned)) {
      const all = [...(this.#made.get(name) ?? []), ...ids.filter((id) => id !== undefined)];
      this.#made.set(name, all.slice(-REMEMBERED));
    }
  }

  /** Takes an id out that was named in the path of a removal. */
  forget(path: string): void {
    for (const [name, ids] of this.#made) {
      const gone = ids.filter((id) => path.toLowerCase().includes(id));
      if (gone.length === 0) continue;
      this.#made.set(
        name,
        ids.filter((id) => !gone.includes(id)),
      );
      this.#gone = [...this.#gone, ...gone].slice(-REMEMBERED);
    }
  }

  /** All that the foreigner sees of its own, to tell whether anything has changed. */
  async foreignersView(): Promise<unknown[]> {
    const { botId = '', datasourceId = '', documentId = '', conversationId = '', jobId = '' } = this.foreign;
    const { tableId = '' } = this.foreign;
    const paths = [
      ...['/v1/bots', `/v1/bots/${botId}`, '/v1/datasources', `/v1/datasources/${datasourceId}`],
      ...[`/v1/datasources/${datasourceId}/runs`, `/v1/datasources/${datasourceId}/documents`],
      ...[`/v1/datasources/${datasourceId}/documents/${documentId}/chunks`, `/v1/jobs/${jobId}`],
      ...[
        '/v1/tables',
        `/v1/tables/${tableId}/records`,
        `/v1/tables/${tableId}/imports`,
        `/v1/tables/${tableId}/hooks`,
        '/v1/forms',
        '/v1/table-connections',
      ],
      ...['/v1/conversations', `/v1/conversations/${conversationId}/messages`, '/v1/api-keys', '/v1/auth/me'],
    ];
    return Promise.all(paths.map(async (path) => (await this.foreigner.get(path)).body));
  }
}

/** Pages that own sources are read from, to be served for every public name. */
export function fuzzPages(): Map<string, string> {
  return new Map([
    [
      '/shop',
      articlePage('Opening hours', 'The shop in Bergen opens at ten and closes at eighteen on weekdays.'),
    ],
    ['/gone', articlePage('The garden', 'The garden of the museum is open from April to September.')],
    [
      '/garden',
      articlePage('The garden', 'Tulips, roses and a very old oak grow in the garden of the museum.'),
    ],
  ]);
}

function idsOf(rows: readonly Identified[] | undefined): string[] {
  return rows?.map(({ id }) => id) ?? [];
}

function pickOf(ids: readonly string[], random: Random): string | undefined {
  return ids.length > 0 ? random.pick(ids) : undefined;
}

async function register(
  testApp: TestApp,
  name: string,
): Promise<{ client: Speaker; email: string; userId: string; workspaceId: string }> {
  const email = `${name}-${randomBytes(4).toString('hex')}@example.com`;
  const { body } = await testApp.anonymous.post<Registered>('/v1/auth/register', {
    ...{ email, password: PASSWORD, name, workspaceName: `${name} works` },
  });
  const [userId, workspaceId] = [body.user.id, body.workspace.id];
  const client = { ...apiClient(testApp.baseUrl, body.accessToken), actor: { id: userId, workspaceId } };
  return { client, email, userId, workspaceId };
}

/** The rows, with those of a source of questions in the place of those of another. */
function withQuestions({ qaSourceId = '', qaDocumentId = '', qaRunId = '' }: Rows): Rows {
  return { datasourceId: qaSourceId, documentId: qaDocumentId, runId: qaRunId };
}

/** One of everything, each with `word` in all its texts. */
async function furnish(testApp: TestApp, client: Speaker, url: string, word: string): Promise<Rows> {
  const { id: botId } = await createBot(client, {
    ...{ name: `${word} bot`, instructions: `Be ${word}.`, greeting: `Hello ${word}` },
    suggestedQuestions: [`What is ${word}?`],
  });
  const source = await addPage(client, url, [botId]);
  const conversationId = await openConversation(client, botId, {
    externalUserId: `${word} customer`,
    metadata: { word },
  });
  const turn = await client.post<{ answer: Identified; message: Identified }>(
    `/v1/conversations/${conversationId}/messages`,
    { content: `Which words open the vault of the north? ${word}` },
  );
  const messageId = turn.body.answer.id;
  await client.post(`/v1/messages/${messageId}/feedback`, { rating: 'up', comment: `Good ${word}` });
  await client.call('PUT', `/v1/messages/${messageId}/correction`, { content: `It opens with ${word}.` });
  const documents = await client.get<{ data: Identified[] }>(`/v1/datasources/${source.id}/documents`);
  const runs = await client.get<{ data: Identified[] }>(`/v1/datasources/${source.id}/runs`);
  const { body: key } = await client.post<Identified>('/v1/api-keys', { name: `${word} key` });
  const { body: credential } = await client.post<Identified>('/v1/provider-credentials', {
    ...{ provider: 'openai-compatible', label: `${word} account`, secret: `sk-${word}-0123456789` },
    baseUrl: `${SITE}/${word}/v1`,
  });
  const { body: budget } = await client.post<Identified>('/v1/budgets', {
    ...{ botId, period: 'month', unit: 'usd', amount: 1_000 },
  });
  const { body: override } = await client.call<Identified>('PUT', '/v1/model-overrides', {
    ...{ provider: 'openai', name: `${word}-model`, contextWindow: 4_096 },
  });
  const table = await createTable(client, `${word} goods`);
  return {
    ...table,
    ...(await createHook(client, table.tableId, word)),
    ...(await createForm(client, table.tableId, word)),
    ...(await createImport(client, table.tableId, word)),
    ...(await createLateRows(testApp, { client, botId, conversationId, word })),
    ...{
      botId,
      model: botId,
      conversationId,
      messageId,
      datasourceId: source.id,
      jobId: source.job.id,
      apiKeyId: key.id,
    },
    connectionId: await createConnection(client, word),
    ...{ credentialId: credential.id, budgetId: budget.id, overrideId: override.id },
    documentId: documents.body.data[0]?.id ?? '',
    runId: runs.body.data[0]?.id ?? '',
  };
}
