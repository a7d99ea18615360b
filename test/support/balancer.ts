import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

const CHECK_EVERY_MS = 250;

interface Backend {
  readonly url: URL;
  readonly agent: Agent;
  readonly checks: NodeJS.Timeout;
  isReady: boolean;
}

/**
 * A load balancer as it stands in front of API processes: asks each in turn as long as its `/health/ready` answers 200,
 * keeps connections to them, and tries nothing twice. Who cannot be asked is a 502 for its client.
 */
export class Balancer {
  readonly #server: Server;
  readonly #backends = new Map<string, Backend>();
  /** What went wrong between it and a backend. */
  readonly failures: string[] = [];
  #turn = 0;

  private constructor() {
    this.#server = createServer((incoming, outgoing) => {
      this.#forward(incoming, outgoing);
    });
  }

  static async start(): Promise<Balancer> {
    const balancer = new Balancer();
    await new Promise<void>((listening) => balancer.#server.listen(0, '127.0.0.1', listening));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Takes in a backend that is ready. */
  add(url: string): void {
    const backend: Backend = {
      url: new URL(url),
      agent: new Agent({ keepAlive: true }),
      checks: setInterval(() => void this.#check(backend), CHECK_EVERY_MS),
      isReady: true,
    };
    this.#backends.set(url, backend);
  }

  /** Forgets a backend that has ended. */
  remove(url: string): void {
    const backend = this.#backends.get(url);
    clearInterval(backend?.checks);
    backend?.agent.destroy();
    this.#backends.delete(url);
  }

  async close(): Promise<void> {
    [...this.#backends.keys()].forEach((url) => {
      this.remove(url);
    });
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  async #check(backend: Backend): Promise<void> {
    const answer = await fetch(new URL('/health/ready', backend.url), {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(2_000),
    }).catch(() => null);
    backend.isReady = answer?.status === 200;
  }

  #next(): Backend | undefined {
    const ready = [...this.#backends.values()].filter(({ isReady }) => isReady);
    this.#turn += 1;
    return ready[this.#turn % ready.length];
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const backend = this.#next();
    if (!backend) {
      this.failures.push('no backend is ready');
      outgoing.writeHead(503).end();
      return;
    }
    const { url, agent } = backend;
    const { method, headers, url: path } = incoming;
    const onward = request({ host: url.hostname, port: url.port, method, path, headers, agent }, (answer) => {
      const { connection: _hop, 'transfer-encoding': _framing, ...rest } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, rest);
      answer.once('error', (error) => {
        if (!outgoing.destroyed) this.#note(incoming, error);
      });
      pipeline(answer, outgoing, () => undefined);
    });
    onward.on('error', (error) => {
      if (outgoing.headersSent || outgoing.destroyed) return;
      this.#note(incoming, error);
      outgoing.writeHead(502).end();
    });
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) onward.destroy();
    });
    incoming.pipe(onward);
  }

  #note({ method, url }: IncomingMessage, { message }: Error): void {
    this.failures.push(`${String(method)} ${String(url)}: ${message}`);
  }
}
