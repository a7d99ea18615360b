import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Stopping } from './http.errors.js';
import { TITLE_OF_STATUS } from './status-codes.js';

/** How long connections may take to send off what was answered on them. */
const LAST_BYTES_MS = 1_000;

/** Knows what a server is answering, and empties it without cutting anybody off. To be made before it listens. */
export class ConnectionDrain {
  readonly #answers = new Set<ServerResponse>();
  /** Connections on which nothing was asked yet; Node takes them for busy. */
  readonly #unused = new Set<Socket>();
  #isAnnounced = false;
  #onAnswered: () => void = () => undefined;

  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#unused.add(socket);
      socket.once('close', () => this.#unused.delete(socket));
    });
    server.prependListener('request', (request, response) => {
      this.#begin(request, response);
    });
  }

  /** From now on each answer says that it is the last on its connection, so that nobody asks again on it. */
  announce(): void {
    this.#isAnnounced = true;
    this.#answers.forEach(sayGoodbye);
  }

  /** Takes no new connections, and waits until everything has been answered. False when that takes too long. */
  async settle(limitMs: number): Promise<boolean> {
    if (this.server.listening) this.server.close();
    if (this.#answers.size === 0) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const limit = setTimeout(resolve, limitMs, false);
    this.#onAnswered = () => {
      resolve(true);
    };
    const isSettled = await promise;
    clearTimeout(limit);
    return isSettled;
  }

  /** Answers with 503 whatever is not being answered yet. Streams go on. */
  refuseRest(): void {
    this.#answers.forEach((response) => {
      if (!response.headersSent) refuse(response);
    });
  }

  /** Closes every connection: at once where nothing is under way, the others when they have sent what they have. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    this.#unused.forEach((socket) => socket.destroy());
    const limit = setTimeout(() => {
      this.server.closeAllConnections();
    }, LAST_BYTES_MS);
    await closed;
    clearTimeout(limit);
  }

  #begin({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#unused.delete(socket);
    this.#answers.add(response);
    if (this.#isAnnounced) sayGoodbye(response);
    response.once('close', () => {
      this.#answers.delete(response);
      if (!this.#isAnnounced) return;
      // A stream that began before said that its connection can be used again.
      if (!this.server.listening) setImmediate(() => this.server.closeIdleConnections());
      if (this.#answers.size === 0) this.#onAnswered();
    });
  }
}

function sayGoodbye(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

function refuse(response: ServerResponse): void {
  const { code, message: detail, details } = new Stopping();
  const requestId = String(response.getHeader('X-Request-Id') ?? '');
  const problem = { type: 'about:blank', title: TITLE_OF_STATUS[503], status: 503, code, detail, requestId };
  response
    .writeHead(503, {
      'Content-Type': 'application/problem+json',
      'Retry-After': String(details.retryAfterSeconds),
    })
    .end(JSON.stringify(problem));
}
