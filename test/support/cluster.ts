import { describe } from '@jest/globals';
import { type PreparedDatabase, postgresTarget } from './database-targets.js';
import { openTestRedis, type TestRedis } from './redis.js';
import { type Environment, TestServer } from './server.js';
import { skipLoudly } from './skip-loudly.js';
import { WorkerProcess } from './worker-process.js';

const SECRET = 'a-test-installation-0123456789-abcdef';

/** An installation of several processes on one Postgres and one Redis, both its own. */
export class Cluster {
  readonly #running = new Set<TestServer | WorkerProcess>();

  private constructor(
    readonly database: PreparedDatabase,
    private readonly redis: TestRedis,
    private readonly env: Environment,
  ) {}

  /** Makes the database; processes are started one by one. */
  static async open(databaseUrl: string, redisUrl: string, env: Environment = {}): Promise<Cluster> {
    const database = await postgresTarget(databaseUrl).prepare();
    const redis = openTestRedis(redisUrl);
    return new Cluster(database, redis, {
      DATABASE_URL: database.url ?? '',
      DATABASE_POOL_SIZE: '5',
      REDIS_URL: redis.url,
      REDIS_PREFIX: redis.prefix,
      JWT_SECRET: SECRET,
      ENCRYPTION_KEY: SECRET,
      ...env,
    });
  }

  /** An API process, once it is ready. */
  async startApi(env: Environment = {}): Promise<TestServer> {
    return this.#run(await TestServer.start({ env: { ...this.env, ...env }, args: ['--api'] }));
  }

  /** A worker process, once it is ready. */
  async startWorker(env: Environment = {}): Promise<WorkerProcess> {
    return this.#run(await WorkerProcess.start({ ...this.env, ...env }));
  }

  /** Ends one process. @returns its exit code, or `null` when it had to be killed. */
  stop(one: TestServer | WorkerProcess): Promise<number | null> {
    this.#running.delete(one);
    return one.stop();
  }

  /** Ends all processes and removes their data. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map((one) => one.stop()));
    await this.database.drop();
    await this.redis.close();
  }

  #run<One extends TestServer | WorkerProcess>(one: One): One {
    this.#running.add(one);
    return one;
  }
}

/** Runs a suite where there are both servers; else says that it does not. */
export function describeOnCluster(
  name: string,
  suite: (open: (env?: Environment) => Promise<Cluster>) => void,
): void {
  const { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl } = process.env;
  if (!databaseUrl || !redisUrl) {
    skipLoudly(name, databaseUrl ? 'TEST_REDIS_URL' : 'TEST_DATABASE_URL');
    return;
  }
  describe(name, () => {
    suite((env) => Cluster.open(databaseUrl, redisUrl, env));
  });
}
