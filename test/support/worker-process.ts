import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Environment, isRunning, NODE, stopProcess, testEnvironment } from './server.js';

const ROOT = resolve(import.meta.dirname, '../..');
const START_TIMEOUT_MS = 60_000;

/** The compiled worker as a process of its own, as `npm run start:worker` runs it. */
export class WorkerProcess {
  #log = '';

  private constructor(private readonly child: ChildProcess) {
    const add = (text: string): void => {
      this.#log += text;
    };
    child.stdout?.setEncoding('utf8').on('data', add);
    child.stderr?.setEncoding('utf8').on('data', add);
  }

  /** Resolves when the worker says that it is ready. @throws Error with its log when it does not. */
  static async start(env: Environment): Promise<WorkerProcess> {
    const script = join(ROOT, 'dist', 'src', 'worker.js');
    const child = spawn(NODE, ['--enable-source-maps', script], { cwd: ROOT, env: testEnvironment(env) });
    const worker = new WorkerProcess(child);
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline && isRunning(child)) {
      if (worker.log.includes('The worker is ready')) return worker;
      await sleep(50);
    }
    await stopProcess(child);
    throw new Error(`The worker did not start:\n${worker.log}`);
  }

  /** What the worker has written so far, to stdout and stderr. */
  get log(): string {
    return this.#log;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Ends the worker as an operator would. @returns its exit code, or `null` when it had to be killed. */
  stop(): Promise<number | null> {
    return stopProcess(this.child);
  }

  /** Ends the worker as a power cut would. */
  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
