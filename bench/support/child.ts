import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** A process that a bench starts, and what it uses. Linux only: it reads `/proc`. */
export class Child {
  private constructor(private readonly process: ChildProcess) {}

  /** Starts a compiled script, in a folder, and waits until one of its lines matches; gives the match, too. */
  static async start(
    script: string,
    args: readonly string[],
    ready: RegExp,
    env: NodeJS.ProcessEnv = {},
    folder = '.',
  ): Promise<{ child: Child; match: RegExpExecArray }> {
    const flags = (env['NODE_FLAGS'] ?? '').split(' ').filter(Boolean);
    const child = spawn(process.execPath, ['--enable-source-maps', ...flags, script, ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    let said = '';
    const match = await new Promise<RegExpExecArray>((resolve, reject) => {
      const listen = (part: Buffer): void => {
        if (said.length > 100_000) return;
        said += part.toString();
        const found = ready.exec(said);
        if (found) resolve(found);
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('exit', () => {
        reject(new Error(`${script} ended: ${said.slice(-2_000)}`));
      });
    });
    return { child: new Child(child), match };
  }

  /** Seconds of CPU that its threads have had; measured, where the ticks of `/proc/PID/stat` are samples. */
  get cpuSeconds(): number {
    const tasks = `/proc/${this.#pid}/task`;
    return readdirSync(tasks).reduce((sum, task) => {
      const [nanoseconds] = readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ');
      return sum + Number(nanoseconds) / 1e9;
    }, 0);
  }

  get rssMb(): number {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#pid}/status`, 'utf8'))?.[1];
    return Number(kb) / 1_024;
  }

  /** Files, sockets and pipes that it has open. */
  get openHandles(): number {
    return readdirSync(`/proc/${this.#pid}/fd`).length;
  }

  signal(name: NodeJS.Signals): void {
    this.process.kill(name);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await ended;
  }

  /** Ends it without a word, if it has not ended. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }

  get #pid(): number {
    if (this.process.pid === undefined) throw new Error('The process did not start.');
    return this.process.pid;
  }
}
