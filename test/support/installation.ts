import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { ScriptedServer } from '../integration/providers/scripted-server.js';
import { type ApiClient, apiClient } from './api-client.js';
import { postgresTarget, type PreparedDatabase } from './database-targets.js';
import { startPacedModel } from './paced-model.js';
import { type Environment, TestServer } from './server.js';
import { createSite, type TestSite } from './site.js';
import { WorkerProcess } from './worker-process.js';

const SECRET = 'a-test-installation-0123456789-abcdef';

/** Where an installation keeps its rows and its queues. */
export interface InstallationServers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** The compiled processes of one installation, on a database of its own, with a web site and a model to talk to. */
export class Installation {
  readonly #processes: (TestServer | WorkerProcess)[] = [];

  private constructor(
    readonly env: Environment,
    readonly redisPrefix: string,
    readonly site: TestSite,
    readonly model: ScriptedServer,
    private readonly database: PreparedDatabase,
    private readonly pool: pg.Pool,
  ) {}

  static async open({ databaseUrl, redisUrl }: InstallationServers): Promise<Installation> {
    const database = await postgresTarget(databaseUrl).prepare();
    const site = await createSite();
    const model = await startPacedModel();
    const redisPrefix = `colloquy_test_${randomBytes(6).toString('hex')}`;
    const pool = new pg.Pool({ connectionString: database.url, max: 2 });
    pool.on('error', () => undefined);
    const env = {
      ...{ DATABASE_URL: database.url ?? '', REDIS_URL: redisUrl, REDIS_PREFIX: redisPrefix },
      ...{ JWT_SECRET: SECRET, ENCRYPTION_KEY: SECRET, LOG_LEVEL: 'warn' },
      ...{ OUTBOUND_ALLOW: site.host, OPENAI_BASE_URL: model.baseUrl },
    };
    return new Installation(env, redisPrefix, site, model, database, pool);
  }

  /** An API process without jobs. */
  api(env: Environment = {}): Promise<TestServer> {
    return this.#keep(TestServer.start({ env: { ...this.env, ...env }, args: ['--api'] }));
  }

  /** A process that serves the API and runs jobs. */
  both(env: Environment = {}): Promise<TestServer> {
    return this.#keep(TestServer.start({ env: { ...this.env, ...env } }));
  }

  worker(env: Environment = {}): Promise<WorkerProcess> {
    return this.#keep(WorkerProcess.start({ ...this.env, ...env }));
  }

  /** What the database holds, past the product. */
  async rows<Row extends object>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, [...params])).rows;
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop()));
    await this.pool.end();
    await this.database.drop();
    await this.site.close();
    await this.model.stop();
  }

  async #keep<T extends TestServer | WorkerProcess>(starting: Promise<T>): Promise<T> {
    const process = await starting;
    this.#processes.push(process);
    return process;
  }
}

/** Signs up, and gives a client for the owner of the new workspace. */
export async function signUp(baseUrl: string): Promise<ApiClient> {
  const { body } = await apiClient(baseUrl).post<{ accessToken: string }>('/v1/auth/register', {
    email: `${randomBytes(6).toString('hex')}@example.com`,
    password: 'Correct-horse-7-battery',
    workspaceName: 'Faults',
  });
  if (!body.accessToken) throw new Error('Nobody could sign up.');
  return apiClient(baseUrl, body.accessToken);
}
