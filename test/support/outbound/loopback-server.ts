import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { testCertificate, testKey } from './loopback-internet.js';

/** Answers a request, at once or later. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A server on a free port of loopback. */
export class LoopbackServer {
  readonly sockets = new Set<Socket>();
  /** How many connections there have been. */
  accepted = 0;

  private constructor(private readonly server: TcpServer) {
    server.on('connection', (socket: Socket) => {
      this.accepted += 1;
      this.sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket));
    });
  }

  static http(listener: Listener): Promise<LoopbackServer> {
    return LoopbackServer.#start(createServer(listener));
  }

  /** With a self-signed certificate for `secure.test.example`. */
  static https(listener: Listener): Promise<LoopbackServer> {
    return LoopbackServer.#start(createTlsServer({ key: testKey, cert: testCertificate }, listener));
  }

  /** Speaks whatever the callback writes. */
  static tcp(onConnection: (socket: Socket) => void): Promise<LoopbackServer> {
    return LoopbackServer.#start(
      createTcpServer((socket) => {
        onConnection(socket);
        // What is not read hides that the other side has gone.
        socket.resume();
      }),
    );
  }

  static async #start(server: Server | TcpServer): Promise<LoopbackServer> {
    const started = new LoopbackServer(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return started;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Resolves when no connection is open any more; rejects when that takes more than two seconds. */
  async emptied(): Promise<void> {
    const giveUpAt = Date.now() + 2_000;
    while (this.sockets.size > 0) {
      if (Date.now() > giveUpAt) {
        throw new Error(`${this.sockets.size} connections are still open.`);
      }
      await new Promise((soon) => setTimeout(soon, 5));
    }
  }

  /** Ends all connections too. */
  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise((closed) => this.server.close(closed));
  }
}
