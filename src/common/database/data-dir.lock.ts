import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const WAIT_MS = 12_000;
const RETRY_MS = 200;

/** Another process has this data folder open. */
export class DataDirInUse extends Error {
  constructor(dataDir: string) {
    super(
      `Another Colloquy process uses ${dataDir}. Stop it, or set DATA_DIR to another folder; ` +
        'for several processes on one database set DATABASE_URL.',
    );
    this.name = 'DataDirInUse';
  }
}

function socketPath(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const name = `colloquy-${createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.end()).unref();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(path, () => {
      resolve(server);
    });
  });
}

function isAnswering(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/**
 * Makes sure that one process at a time opens the embedded database: two would destroy it.
 * The lock is a listening socket, which the operating system takes away from a process that dies in any way.
 *
 * @throws DataDirInUse when the other process is still there after 12 s, the time that one takes to stop.
 */
export async function lockDataDir(dataDir: string): Promise<{ release: () => void }> {
  const path = socketPath(dataDir);
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const server = await listen(path);
    if (server) return { release: () => server.close() };
    if (!(await isAnswering(path))) rmSync(path, { force: true });
    else if (Date.now() > deadline) throw new DataDirInUse(dataDir);
    else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
