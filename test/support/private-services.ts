import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const SCRIPT = resolve(import.meta.dirname, '../../scripts/services.sh');
const run = promisify(execFile);

export type ServicePart = 'postgres' | 'redis';

/** Whether this machine has the servers to start; where CI runs they are installed before the tests. */
export function hasServers(): boolean {
  return spawnSync(SCRIPT, ['can']).status === 0;
}

/** A Postgres and a Redis that no other suite uses, so that they can be killed. */
export class PrivateServices {
  private constructor(
    private readonly folder: string,
    readonly databaseUrl: string,
    readonly redisUrl: string,
  ) {}

  static async start(): Promise<PrivateServices> {
    const folder = mkdtempSync(join(tmpdir(), 'colloquy-services-'));
    await call(folder, 'start');
    const env = await call(folder, 'env');
    const valueOf = (name: string): string => new RegExp(`${name}=(\\S+)`).exec(env)?.[1] ?? '';
    return new PrivateServices(folder, valueOf('TEST_DATABASE_URL'), valueOf('TEST_REDIS_URL'));
  }

  /** Ends a server as a power cut would; it comes back at the same address. */
  async kill(part: ServicePart): Promise<void> {
    await call(this.folder, 'kill', part);
  }

  /** Has a server stand still with its connections open, as a machine does that hangs. */
  async freeze(part: ServicePart): Promise<void> {
    await call(this.folder, 'freeze', part);
  }

  async thaw(part: ServicePart): Promise<void> {
    await call(this.folder, 'thaw', part);
  }

  async start(part: ServicePart): Promise<void> {
    await call(this.folder, 'start', part);
  }

  async purge(): Promise<void> {
    await call(this.folder, 'purge');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function call(folder: string, ...command: readonly string[]): Promise<string> {
  const env = { ...process.env, SERVICES_DIR: folder, TEST_DATABASE_URL: '', TEST_REDIS_URL: '' };
  return (await run(SCRIPT, command, { env })).stdout;
}
