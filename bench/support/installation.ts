import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Child } from './child.js';

const SECRET = 'a-bench-installation-0123456789-abcdef';

/** A call of the API that must succeed. */
export type ApiCall = <Body>(method: string, path: string, body?: unknown) => Promise<Body>;

/** The standard mode on a database of its own: API processes as real ones, Postgres and Redis as given. */
export class Installation {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'colloquy-bench-'));
  readonly #children: Child[] = [];

  private constructor(
    private readonly serverUrl: string,
    private readonly redisUrl: string,
    private readonly env: NodeJS.ProcessEnv,
    /** Of its database. */
    readonly name: string,
  ) {}

  /**
   * Makes the database. `DATABASE_URL` and `REDIS_URL` (or `TEST_DATABASE_URL` and `TEST_REDIS_URL`) name the servers.
   * @param env settings of the processes besides those.
   * @param kept the name of a database that another run has kept.
   */
  static async open(env: NodeJS.ProcessEnv = {}, kept?: string): Promise<Installation> {
    const serverUrl = process.env['DATABASE_URL'] || process.env['TEST_DATABASE_URL'];
    const redisUrl = process.env['REDIS_URL'] || process.env['TEST_REDIS_URL'];
    if (!serverUrl || !redisUrl)
      throw new Error('Set DATABASE_URL and REDIS_URL to the servers to measure on.');
    const name = kept ?? `colloquy_bench_${randomBytes(4).toString('hex')}`;
    const installation = new Installation(serverUrl, redisUrl, env, name);
    if (kept === undefined) await onServer(serverUrl, `create database ${name}`);
    await Child.start('dist/src/migrate.js', [], /Applied|up to date/, installation.#environment());
    return installation;
  }

  get databaseUrl(): string {
    const url = new URL(this.serverUrl);
    url.pathname = `/${this.name}`;
    return url.href;
  }

  /**
   * Starts an API process.
   * @param options the folder of another checkout that is built, and flags of Node for it.
   */
  async startApi({ folder = '.', flags = '' } = {}): Promise<{ child: Child; url: string }> {
    const { child, match } = await Child.start(
      'dist/src/main.js',
      ['--api'],
      /ready at\s+(http\S+)/,
      { ...this.#environment(), ...(flags ? { NODE_FLAGS: flags } : {}) },
      folder,
    );
    this.#children.push(child);
    return { child, url: match[1] ?? '' };
  }

  /** Starts a process that runs jobs and brings events out. */
  async startWorker(): Promise<Child> {
    const { child } = await Child.start('dist/src/worker.js', [], /worker is ready/, this.#environment());
    this.#children.push(child);
    return child;
  }

  /** Runs statements on the database. */
  async withDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  async close({ keepsDatabase = false } = {}): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()));
    if (!keepsDatabase) await onServer(this.serverUrl, `drop database if exists ${this.name} with (force)`);
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      ...{ DATABASE_URL: this.databaseUrl, REDIS_URL: this.redisUrl, REDIS_PREFIX: this.name },
      ...{ DATA_DIR: this.#dataDir, PORT: '0', JWT_SECRET: SECRET, ENCRYPTION_KEY: SECRET },
      ...{ RATE_LIMIT_PER_MINUTE: '1000000', ACCESS_TOKEN_TTL_SECONDS: '86400' },
      ...this.env,
    };
  }
}

/** Calls in the name of somebody, the token of these calls and the workspace. */
export interface SignedIn {
  readonly call: ApiCall;
  readonly token: string;
  readonly workspaceId: string;
}

const PASSWORD = 'a quite long bench passphrase';

/** Signs a new team up. */
export async function signUp(
  url: string,
  email = `${randomBytes(6).toString('hex')}@example.com`,
): Promise<SignedIn> {
  return signedIn(url, '/v1/auth/register', { email, password: PASSWORD, workspaceName: 'Bench' });
}

/** Signs somebody in whom another run signed up. */
export async function signIn(url: string, email: string): Promise<SignedIn> {
  return signedIn(url, '/v1/auth/login', { email, password: PASSWORD });
}

async function signedIn(url: string, path: string, body: object): Promise<SignedIn> {
  const { accessToken: token, workspace } = await caller(url)<{
    accessToken: string;
    workspace: { id: string };
  }>('POST', path, body);
  return { call: caller(url, token), token, workspaceId: workspace.id };
}

function caller(url: string, token?: string): ApiCall {
  return async <Body>(method: string, path: string, body?: unknown) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
