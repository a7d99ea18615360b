import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.js';
import { type Environment, isRunning, killProcess, spawnProduct, stopProcess } from './server.js';

const START_TIMEOUT_MS = 60_000;

/** The compiled worker as a process of its own, as `npm run start:worker` runs it. */
export class WorkerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly logFile: string,
  ) {}

  /** Resolves when it takes jobs. */
  static async start(env: Environment): Promise<WorkerProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'colloquy-worker-'));
    const logFile = join(folder, 'log');
    const child = spawnProduct(['worker.js'], logFile, { DATA_DIR: folder, ...env });
    const worker = new WorkerProcess(child, folder, logFile);
    await eventually(
      () => worker.log,
      (log) => log.includes('The worker is ready') || !worker.isRunning,
      START_TIMEOUT_MS,
    );
    if (!worker.isRunning) throw new Error(`The worker did not start:\n${worker.log}`);
    return worker;
  }

  get log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Whether it has not ended, by itself or by us. */
  get isRunning(): boolean {
    return isRunning(this.child);
  }

  /** Ends it as a power cut would. */
  kill(): Promise<void> {
    return killProcess(this.child);
  }

  /** Ends it as an operator would. @returns its exit code, or `null` when it had to be killed. */
  async stop(): Promise<number | null> {
    const code = await stopProcess(this.child);
    rmSync(this.folder, { recursive: true, force: true });
    return code;
  }
}
