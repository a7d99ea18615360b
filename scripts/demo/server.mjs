/* global AbortSignal -- part of Node */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DemoFailure } from './failure.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 15_000;
const READY = /ready at\s+(http\S+)/;

// The same file that the server reads, for its port.
if (existsSync(join(ROOT, '.env'))) process.loadEnvFile(join(ROOT, '.env'));

/** Where `npm start` listens. */
export const DEFAULT_ADDRESS = `http://127.0.0.1:${process.env.PORT || 3000}`;

/** Whether a Colloquy server answers there. */
export async function isColloquy(address) {
  try {
    const response = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    const { status, dependencies } = await response.json();
    return status === 'ready' && typeof dependencies === 'object';
  } catch {
    return false;
  }
}

/**
 * Starts a server of the demo's own: on a free port, with a data folder of its own, embedded throughout.
 *
 * @param allow `host:port` pairs of this computer that it may read.
 * @throws DemoFailure with what the server said when it does not start.
 */
export async function startOwnServer(allow) {
  build();
  const dataDir = resolve(ROOT, process.env.DATA_DIR || '.data', 'demo');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const logFile = join(dataDir, 'server.log');
  const child = spawnServer(dataDir, logFile, allow);
  const stop = () => stopChild(child);
  try {
    const address = await readyAddress(child, logFile);
    return { address, dataDir: shortPath(dataDir), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function build() {
  const { status } = spawnSync(nodeBinary(), [join(ROOT, 'scripts', 'build-if-stale.mjs')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0)
    throw new DemoFailure('Colloquy does not compile.', 'What the compiler says stands above.');
}

function spawnServer(dataDir, logFile, allow) {
  const log = openSync(logFile, 'w', 0o600);
  const env = {
    ...process.env,
    ...{ PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, LOG_LEVEL: 'warn', NODE_ENV: 'development' },
    // Empty stands for "not set", also where .env sets them: the demo must not write into a real database.
    ...{ DATABASE_URL: '', REDIS_URL: '', JWT_SECRET: '', ENCRYPTION_KEY: '' },
    OUTBOUND_ALLOW: allow.join(','),
  };
  const args = ['--enable-source-maps', join(ROOT, 'dist', 'src', 'main.js')];
  const child = spawn(nodeBinary(), args, { cwd: ROOT, env, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

/** The Node of this project, also when the demo itself was started by an older one. */
function nodeBinary() {
  const own = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(own) ? own : process.execPath;
}

async function readyAddress(child, logFile) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let failure;
  child.once('error', (error) => {
    failure = error;
  });
  while (Date.now() < deadline && !failure && child.exitCode === null && child.signalCode === null) {
    const address = READY.exec(readFileSync(logFile, 'utf8'))?.[1];
    if (address && (await isColloquy(address))) return address;
    await sleep(100);
  }
  const said = readFileSync(logFile, 'utf8').trim().split('\n').slice(-8).join('\n');
  throw new DemoFailure('The server for the demo did not start.', failure?.message ?? said);
}

/** As it is typed in the project's folder, where npm scripts run. */
function shortPath(path) {
  const fromRoot = relative(ROOT, path);
  return fromRoot.startsWith('..') ? path : fromRoot;
}

async function stopChild(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const limit = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(limit);
}
