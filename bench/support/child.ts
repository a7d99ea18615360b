import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const CLOCK_TICKS_PER_SECOND = 100;

/** A process that a bench starts, and what it uses. Linux only: it reads `/proc`. */
export class Child {
  private constructor(private readonly process: ChildProcess) {}

  /** Starts a compiled script and waits until one of its lines matches; gives the match, too. */
  static async start(
    script: string,
    args: readonly string[],
    ready: RegExp,
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ child: Child; match: RegExpExecArray }> {
    const flags = (env['NODE_FLAGS'] ?? '').split(' ').filter(Boolean);
    const child = spawn(process.execPath, ['--enable-source-maps', ...flags, script, ...args], {
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

  /** Seconds of CPU, in all threads, since it was started. */
  get cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.#pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
  }

  get rssMb(): number {
    const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#pid}/status`, 'utf8'))?.[1];
    return Number(kb) / 1_024;
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await ended;
  }

  get #pid(): number {
    if (this.process.pid === undefined) throw new Error('The process did not start.');
    return this.process.pid;
  }
}
