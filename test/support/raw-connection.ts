import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A connection on which bytes go out as they are, and come in as fast as it likes. */
export class RawConnection {
  /** When the server closed it, as `performance.now()` tells time; null while it is open. */
  closedAt: number | null = null;
  /** What was read. */
  received = '';

  private constructor(private readonly socket: Socket) {
    socket
      .on('error', () => undefined)
      .once('close', () => {
        this.closedAt = performance.now();
      });
  }

  /** Connects to the server and sends these bytes. Nothing is read yet. */
  static async open(baseUrl: string, bytes: string): Promise<RawConnection> {
    const { hostname, port } = new URL(baseUrl);
    const socket = connect({ host: hostname, port: Number(port) });
    const connection = new RawConnection(socket);
    await once(socket, 'connect');
    socket.write(bytes);
    return connection;
  }

  /** Reads all that comes. Only who reads notices that the server closes. */
  read(): void {
    this.socket.setEncoding('utf8').on('data', (text: string) => {
      this.received += text;
    });
  }

  /** Reads a byte a second, until the connection is closed. */
  async readSlowly(): Promise<void> {
    this.socket.pause();
    while (!this.socket.destroyed) {
      this.received += String(this.socket.read(1) ?? '');
      await sleep(1_000);
    }
  }

  write(bytes: string): void {
    this.socket.write(bytes);
  }

  close(): void {
    this.socket.destroy();
  }
}
