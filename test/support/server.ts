import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = resolve(import.meta.dirname, '../..');
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 20_000;

/** The Node that npm scripts run, whichever one runs the tests. */
export const NODE = join(ROOT, 'node_modules', '.bin', 'node');

export type Environment = Readonly<Record<string, string>>;

export interface ServerOptions {
  /** Settings; what is left out has its default, whatever the environment of the tests or `.env` say. */
  readonly env?: Environment;
  /** By default a new one, which `stop` removes. */
  readonly dataDir?: string;
  /** Arguments of the server: `--api` leaves jobs to workers. */
  readonly args?: readonly string[];
}

/** Settings of the developer that must not reach a server under test. An empty one counts as not set. */
const NEUTRAL: Environment = {
  ...{ NODE_ENV: 'test', HOST: '127.0.0.1', LOG_LEVEL: 'info' },
  ...{ DATABASE_URL: '', REDIS_URL: '', JWT_SECRET: '', ENCRYPTION_KEY: '', OUTBOUND_ALLOW: '' },
  ...{ OPENAI_API_KEY: '', OPENAI_BASE_URL: '', EMBEDDINGS: '', NODE_OPTIONS: '' },
  ...{ SHUTDOWN_DELAY_MS: '0', METRICS_TOKEN: '', WORKER_PORT: '', DD_TRACE_ENABLED: '' },
};

/** The environment of a process under test. */
export function testEnvironment(env: Environment = {}): NodeJS.ProcessEnv {
  return { ...process.env, ...NEUTRAL, ...env };
}

/** The compiled server as a process of its own, as `npm start` runs it. Embedded unless `env` says otherwise. */
export class TestServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly dataDir: string,
    private readonly logFile: string,
    private readonly ownsDataDir: boolean,
  ) {}

  /** Resolves when `/health/ready` answers 200. @throws Error with the end of the log when that does not come. */
  static async start({ env = {}, dataDir, args = [] }: ServerOptions = {}): Promise<TestServer> {
    const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'colloquy-e2e-'));
    const logFile = `${folder}.log`;
    const child = spawnProduct(['main.js', ...args], logFile, { PORT: '0', DATA_DIR: folder, ...env });
    try {
      const url = await readyUrl(child, logFile);
      return new TestServer(child, url, folder, logFile, dataDir === undefined);
    } catch (error) {
      await stopProcess(child);
      if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** What the server has written so far, to stdout and stderr. */
  get log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Ends the server as an operator would. @returns its exit code, or `null` when it had to be killed. */
  async stop(): Promise<number | null> {
    const code = await stopProcess(this.child);
    rmSync(this.logFile, { force: true });
    if (this.ownsDataDir) rmSync(this.dataDir, { recursive: true, force: true });
    return code;
  }

  /** Ends the server as a power cut would. */
  async kill(): Promise<void> {
    await killProcess(this.child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  send(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Whether it has not ended, by itself or by us. */
  get isRunning(): boolean {
    return isRunning(this.child);
  }
}

/** Starts a compiled entry of the product, with what it says going to a file. */
export function spawnProduct(
  [entry = '', ...args]: readonly string[],
  logFile: string,
  env: Environment,
): ChildProcess {
  const log = openSync(logFile, 'w');
  const child = spawn(NODE, ['--enable-source-maps', join(ROOT, 'dist', 'src', entry), ...args], {
    cwd: ROOT,
    env: testEnvironment(env),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  return child;
}

async function readyUrl(child: ChildProcess, logFile: string): Promise<string> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && isRunning(child)) {
    const url = /ready at\s+(http\S+)/.exec(readFileSync(logFile, 'utf8'))?.[1];
    if (url && (await isReady(url))) return url;
    await sleep(50);
  }
  const said = readFileSync(logFile, 'utf8').split('\n').slice(-30).join('\n');
  throw new Error(`The server did not start; ${logFile} ends with\n${said}`);
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/health/ready`).catch(() => null);
  return response?.status === 200;
}

export function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

export async function killProcess(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

export async function stopProcess(child: ChildProcess): Promise<number | null> {
  if (!isRunning(child)) return child.exitCode;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(limit);
  return child.exitCode;
}
