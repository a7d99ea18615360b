import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { type AppConfig, type Environment, loadConfig } from '#config';
import type { Actor, Role } from '#common/access';
import { newId, Sql, Tenancy } from '#common/database';
import { OutboundClient } from '#common/http';
import { AccountsRepository } from '../../src/modules/auth/accounts.repository.js';
import { Membership } from '../../src/modules/auth/entities/membership.entity.js';
import { User } from '../../src/modules/auth/entities/user.entity.js';
import { Workspace } from '../../src/modules/auth/entities/workspace.entity.js';
import { SessionsService } from '../../src/modules/auth/sessions.service.js';
import {
  SEARCH_LIMITS,
  type SearchLimits,
  USUAL_SEARCH_LIMITS,
} from '../../src/modules/datasources/retrieval/search-limits.js';
import { LocalChatModel } from '../../src/modules/providers/adapters/local/local.chat-model.js';
import type { ChatModel } from '../../src/modules/providers/ports/chat-model.port.js';
import type { EmbeddingModel } from '../../src/modules/providers/ports/embedding-model.port.js';
import { EMBEDDING_MODELS, INSTALLATION_MODELS } from '../../src/modules/providers/providers.types.js';
import { AppModule } from '../../src/app.module.js';
import { serveDocument, setUpHttp } from '../../src/http-setup.js';
import { type DatabaseTarget, pgliteTarget } from './database.js';
import { openTestRedis, type TestRedis } from './redis.js';
import { apiClient, type ApiClient } from './api-client.js';
import { EntityManager } from '@mikro-orm/core';

/** The whole product, listening on a free port of loopback, with a database of its own. */
export interface TestApp {
  readonly app: NestExpressApplication;
  readonly config: AppConfig;
  readonly baseUrl: string;
  /** A client without a token. */
  readonly anonymous: ApiClient;
  /** A new workspace with one member of each kind that is asked for. */
  workspace(): Promise<TestWorkspace>;
  /** The answer that is being given in a conversation, if there is one. */
  turnsOf(conversationId: string): Promise<string[]>;
  /** What was announced under a name, oldest first. */
  published(type: string): Promise<Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

/** A workspace and clients for people in it. */
export interface TestWorkspace {
  readonly id: string;
  as(role: Role): Promise<TestMember>;
}

export interface TestMember extends ApiClient {
  readonly user: User;
  readonly actor: Actor;
}

export interface TestAppOptions {
  readonly env?: Environment;
  readonly target?: DatabaseTarget;
  /** Chat models that bots may name besides `local`. */
  readonly chatModels?: readonly ChatModel[];
  /** Takes the place of the local embedding model. */
  readonly embeddingModel?: EmbeddingModel;
  /** Takes the place of what is usual. */
  readonly searchLimits?: Partial<SearchLimits>;
  /** Takes the place of the way out, for an internet of the test's own. */
  readonly outbound?: OutboundClient;
}

const SECRET = 'a-test-installation-0123456789-abcdef';

/** Starts the product. `beforeAll` opens, `afterAll` closes. */
export async function createTestApp({
  env = {},
  target = pgliteTarget,
  chatModels = [],
  embeddingModel,
  searchLimits,
  outbound,
}: TestAppOptions = {}): Promise<TestApp> {
  const dataDir = mkdtempSync(join(tmpdir(), 'colloquy-test-'));
  const redis = redisFor(target);
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    JWT_SECRET: SECRET,
    ENCRYPTION_KEY: SECRET,
    DATA_DIR: dataDir,
    PORT: '0',
    AUTH_RATE_LIMIT_PER_MINUTE: '100000',
    RATE_LIMIT_PER_MINUTE: '1000000',
    // No test asks Zapier itself.
    ZAPIER_BASE_URL: 'http://127.0.0.1:1',
    ...(redis ? { REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix } : {}),
    ...env,
  });
  const database = await target.prepare();
  const builder = Test.createTestingModule({
    imports: [await AppModule.with({ config, runsJobs: true, orm: database.options })],
  });
  if (chatModels.length > 0) {
    const models = [new LocalChatModel(), ...chatModels];
    builder
      .overrideProvider(INSTALLATION_MODELS)
      .useValue(new Map(models.map((model) => [model.provider, model])));
  }
  if (embeddingModel) {
    builder.overrideProvider(EMBEDDING_MODELS).useValue(new Map([['local', embeddingModel]]));
  }
  if (searchLimits)
    builder.overrideProvider(SEARCH_LIMITS).useValue({ ...USUAL_SEARCH_LIMITS, ...searchLimits });
  if (outbound) builder.overrideProvider(OutboundClient).useValue(outbound);
  const testing = await builder.compile();
  const app = testing.createNestApplication<NestExpressApplication>({ bodyParser: false, bufferLogs: true });
  setUpHttp(app, config);
  serveDocument(app);
  await app.listen(0, '127.0.0.1');
  const baseUrl = await app.getUrl();
  return {
    app,
    config,
    baseUrl,
    anonymous: apiClient(baseUrl),
    workspace: () => createWorkspace(app, baseUrl),
    turnsOf: (conversationId) => runningTurns(app, conversationId),
    published: (type) => publishedEvents(app, type),
    close: async () => {
      app.getHttpServer().closeAllConnections();
      await app.close();
      await database.drop();
      await redis?.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** On Postgres jobs go over Redis too, where `TEST_REDIS_URL` names a server: the standard mode as a whole. */
function redisFor(target: DatabaseTarget): TestRedis | undefined {
  const url = process.env['TEST_REDIS_URL'];
  return target.name === 'Postgres' && url ? openTestRedis(url) : undefined;
}

async function createWorkspace(app: NestExpressApplication, baseUrl: string): Promise<TestWorkspace> {
  const accounts = app.get(AccountsRepository, { strict: false });
  const tenancy = app.get(Tenancy, { strict: false });
  const workspace = new Workspace('Test workspace');
  await tenancy.runUnbound(async () => {
    const owner = newUser();
    await accounts.addUser(owner);
    await accounts.addWorkspace(
      workspace,
      new Membership({ workspaceId: workspace.id, userId: owner.id, role: 'owner' }),
    );
  });
  return { id: workspace.id, as: (role) => createMember(app, baseUrl, workspace, role) };
}

function newUser(): User {
  return new User({ email: `${newId()}@example.com`, name: null, passwordHash: 'none' });
}

async function createMember(
  app: NestExpressApplication,
  baseUrl: string,
  { id: workspaceId }: Workspace,
  role: Role,
): Promise<TestMember> {
  const user = newUser();
  const tokens = await app.get(Tenancy, { strict: false }).runUnbound(async () => {
    await app.get(AccountsRepository, { strict: false }).addUser(user);
    await app
      .get(EntityManager, { strict: false })
      .insert(new Membership({ workspaceId, userId: user.id, role }));
    return app.get(SessionsService, { strict: false }).open(user.id, workspaceId, {});
  });
  const actor: Actor = { kind: 'user', id: user.id, userId: user.id, workspaceId, role };
  return { ...apiClient(baseUrl, tokens.accessToken), user, actor };
}

function runningTurns(app: NestExpressApplication, conversationId: string): Promise<string[]> {
  return app.get(Tenancy).runUnbound(async () => {
    const rows = await app
      .get(Sql)
      .acrossWorkspaces<{ id: string }>(
        'a test looks on',
        'select turn_id as id from conversations where id = ? and turn_id is not null',
        [conversationId],
      );
    return rows.map(({ id }) => id);
  });
}

function publishedEvents(
  app: NestExpressApplication,
  type: string,
): Promise<Readonly<Record<string, unknown>>[]> {
  return app.get(Tenancy).runUnbound(async () => {
    const rows = await app
      .get(Sql)
      .acrossWorkspaces<{ payload: Record<string, unknown> }>(
        'a test looks on',
        'select payload from outbox where type = ? order by id',
        [type],
      );
    return rows.map(({ payload }) => payload);
  });
}
