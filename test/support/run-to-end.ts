import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface RunResult {
  readonly code: number | null;
  /** What it wrote to stdout and stderr, in order. */
  readonly output: string;
  readonly errors: string;
}

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly input?: string;
  readonly timeoutMs?: number;
}

/** Runs a program to its end, as a person at a pipe would: it has no terminal. */
export async function runToEnd(
  program: string,
  args: readonly string[],
  { env, cwd, input = '', timeoutMs = 120_000 }: RunOptions,
): Promise<RunResult> {
  const child = spawn(program, [...args], { env, cwd, timeout: timeoutMs, killSignal: 'SIGKILL' });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    errors += text;
  });
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}
