import { connect, type Socket } from 'node:net';
import { LoopbackServer } from './outbound/loopback-server.js';

/** Stands between a process and a server, and counts what the process sends. */
export class CountingProxy {
  /** Pieces sent to the server so far; a statement to a database is one or two. */
  sent = 0;
  #server?: LoopbackServer;

  private constructor(private readonly serverUrl: URL) {}

  static async start(serverUrl: string): Promise<CountingProxy> {
    const proxy = new CountingProxy(new URL(serverUrl));
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

  async close(): Promise<void> {
    await this.#server?.close();
  }

  #forward(socket: Socket): void {
    const onward = connect({ host: this.serverUrl.hostname, port: Number(this.serverUrl.port) });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
    socket.on('data', () => {
      this.sent += 1;
    });
    socket.pipe(onward).pipe(socket);
  }
}
