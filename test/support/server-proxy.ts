import { connect, type Socket } from 'node:net';
import { LoopbackServer } from './outbound/loopback-server.js';

/** What a Postgres sends with the process id of a connection: its kind and how long it is. */
const BACKEND_KEY = Buffer.from([0x4b, 0, 0, 0, 12]);

/** Stands between a process and a server: counts what the process sends, and can lose what they say without telling either. */
export class ServerProxy {
  /** Pieces sent to the server so far; a statement to a database is one or two. */
  sent = 0;
  readonly #unheard = new Set<Socket>();
  #server?: LoopbackServer;
  #isMute = false;
  #isRefusing = false;
  #isRenumbering = false;

  private constructor(private readonly serverUrl: URL) {}

  static async start(serverUrl: string): Promise<ServerProxy> {
    const proxy = new ServerProxy(new URL(serverUrl));
    proxy.#server = await LoopbackServer.tcp((socket) => {
      proxy.#forward(socket);
    });
    return proxy;
  }

  /** The server's own URL, but leading here. */
  get url(): string {
    const url = new URL(this.serverUrl);
    url.host = this.#server?.host ?? '';
    return url.href;
  }

  /** How many connections there have been. */
  get accepted(): number {
    return this.#server?.accepted ?? 0;
  }

  /** From now on nothing is heard on any connection, nor on new ones. */
  mute(): void {
    this.#isMute = true;
    this.#server?.sockets.forEach((socket) => this.#unheard.add(socket));
  }

  /** New connections are heard again; those of before are lost. */
  listen(): void {
    this.#isMute = false;
  }

  /** Connections from now on are closed at once. */
  refuse(): void {
    this.#isRefusing = true;
  }

  /** The process ids that a Postgres tells are no longer its own, as behind a pooler. */
  renumber(): void {
    this.#isRenumbering = true;
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  #forward(socket: Socket): void {
    if (this.#isRefusing) {
      socket.destroy();
      return;
    }
    if (this.#isMute) this.#unheard.add(socket);
    const onward = connect({ host: this.serverUrl.hostname, port: Number(this.serverUrl.port) });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#unheard.delete(socket);
      onward.destroy();
    });
    socket.on('data', (piece) => {
      this.sent += 1;
      if (!this.#unheard.has(socket)) onward.write(piece);
    });
    onward.on('data', (piece) => {
      if (!this.#unheard.has(socket)) socket.write(this.#isRenumbering ? renumbered(piece) : piece);
    });
  }
}

function renumbered(piece: Buffer): Buffer {
  const at = piece.indexOf(BACKEND_KEY);
  if (at >= 0) piece.writeUInt32BE(1, at + BACKEND_KEY.length);
  return piece;
}
