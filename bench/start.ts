// How long until `/health/ready` answers, and how much memory an idle server takes.
// npm run bench:start [-- --runs 3]; with DATABASE_URL and REDIS_URL set, the standard mode is measured too.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SETTLE_MS = 10_000;
const runs = Number(process.argv[process.argv.indexOf('--runs') + 1] || 3);

interface Reading {
  readonly readyMs: number;
  readonly rssMb: number;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok;
  } catch {
    return false;
  }
}

function rssMbOf(pid: number): number {
  const kb = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1_024);
}

async function measure(env: Record<string, string>): Promise<Reading> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/src/main.js'], {
    env: { ...process.env, ...env, PORT: String(port), LOG_LEVEL: 'warn' },
    stdio: 'ignore',
  });
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error('The server did not start.');
    await sleep(20);
  }
  const readyMs = Math.round(performance.now() - startedAt);
  await sleep(SETTLE_MS);
  const rssMb = rssMbOf(child.pid ?? 0);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
  return { readyMs, rssMb };
}

/** The floor: a Node process that does nothing but listen. */
async function bareNode(): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [
    '-e',
    'require("node:http").createServer().listen(0,()=>process.exit(0))',
  ]);
  await new Promise((resolve) => child.once('exit', resolve));
  return Math.round(performance.now() - startedAt);
}

function report(name: string, readings: readonly Reading[]): void {
  const middle = [...readings].sort((a, b) => a.readyMs - b.readyMs)[Math.floor(readings.length / 2)];
  process.stdout.write(
    `${name.padEnd(34)} ready ${String(middle?.readyMs).padStart(6)} ms   idle RSS ${String(middle?.rssMb).padStart(4)} MB\n`,
  );
}

async function repeat(measureOnce: () => Promise<Reading>): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (let run = 0; run < runs; run += 1) readings.push(await measureOnce());
  return readings;
}

process.stdout.write(`bare Node (floor)                  ready ${String(await bareNode()).padStart(6)} ms\n`);
const embedded = { DATABASE_URL: '', REDIS_URL: '' };
const dataDir = mkdtempSync(join(tmpdir(), 'colloquy-bench-'));
report(
  'embedded, empty data directory',
  await repeat(async () => {
    rmSync(dataDir, { recursive: true, force: true });
    return measure({ ...embedded, DATA_DIR: dataDir });
  }),
);
report('embedded, existing data directory', await repeat(() => measure({ ...embedded, DATA_DIR: dataDir })));
const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env;
if (databaseUrl && redisUrl) {
  report('standard (Postgres and Redis)', await repeat(() => measure({ DATA_DIR: dataDir })));
} else {
  process.stdout.write('standard mode not measured: set DATABASE_URL (migrated) and REDIS_URL\n');
}
rmSync(dataDir, { recursive: true, force: true });
