import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import { testCertificate, testKey } from './loopback-internet.js';

/** A server on a free port of loopback, closed with all its connections by `close` or at the end of `using`. */
export class LoopbackServer implements AsyncDisposable {
  readonly sockets = new Set<Socket>();

  private constructor(private readonly server: TcpServer) {
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => this.sockets.delete(socket));
    });
  }

  static http(listener: RequestListener): Promise<LoopbackServer> {
    return LoopbackServer.#start(createServer(listener));
  }

  /** With a self-signed certificate for `secure.test.example`. */
  static https(listener: RequestListener): Promise<LoopbackServer> {
    return LoopbackServer.#start(createTlsServer({ key: testKey, cert: testCertificate }, listener));
  }

  /** Speaks whatever the callback writes. */
  static tcp(onConnection: (socket: Socket) => void): Promise<LoopbackServer> {
    return LoopbackServer.#start(createTcpServer(onConnection));
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

  /** Resolves when no connection is open any more. */
  async emptied(): Promise<void> {
    while (this.sockets.size > 0) {
      await new Promise((soon) => setTimeout(soon, 5));
    }
  }

  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    await new Promise((closed) => this.server.close(closed));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
