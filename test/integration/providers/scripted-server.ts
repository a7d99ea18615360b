import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** One request as the server saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers one request. */
export type Script = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

/** A server on loopback that speaks OpenAI's protocol as well or as badly as it is told. */
export class ScriptedServer {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  /** Answers under way whose connection is open. */
  openAnswers = 0;
  #scripts: readonly Script[] = [];

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#serve(request, response);
    });
  }

  static async start(): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** What the next requests are answered, in order; the last script repeats. */
  play(...scripts: readonly Script[]): void {
    this.#scripts = scripts;
    this.requests.length = 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.openAnswers += 1;
    response.on('close', () => (this.openAnswers -= 1));
    const body = (await json(request)) as SeenRequest['body'];
    const seen = { path: request.url ?? '', headers: request.headers, body };
    this.requests.push(seen);
    const script = this.#scripts[Math.min(this.requests.length, this.#scripts.length) - 1];
    await script?.(response, seen);
  }
}

/** Frames of a stream: objects as JSON, texts as they are. */
export function frames(...data: readonly unknown[]): string {
  return data.map((item) => `data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`).join('');
}

export function textChunk(content: string): object {
  return { id: 'c1', choices: [{ index: 0, delta: { content }, finish_reason: null }] };
}

export function finishChunk(reason = 'stop'): object {
  return { id: 'c1', choices: [{ index: 0, delta: {}, finish_reason: reason }] };
}

export function usageChunk(promptTokens: number, completionTokens: number): object {
  const usage = { prompt_tokens: promptTokens, completion_tokens: completionTokens };
  return { id: 'c1', choices: [], usage };
}

/** A whole stream of these frames. */
export function streams(...data: readonly unknown[]): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(frames(...data));
  };
}

/** A stream that stays open after these frames. */
export function hangsAfter(...data: readonly unknown[]): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    response.write(frames(...data));
  };
}

/** A stream whose connection breaks after these frames. */
export function breaksAfter(...data: readonly unknown[]): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(frames(...data), () => setTimeout(() => response.destroy(), 20));
  };
}

/** An answer of OpenAI's error format. */
export function refuses(status: number, error: object, headers: Record<string, string> = {}): Script {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error }));
  };
}

/** A whole answer of another format. */
export function answers(status: number, body: string, contentType = 'application/json'): Script {
  return (response) => {
    response.writeHead(status, { 'content-type': contentType });
    response.end(body);
  };
}
