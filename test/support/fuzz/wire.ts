import { Agent, request } from 'node:http';
import type { FuzzCall } from './fuzz-call.js';

/** An answer as it came, or what came in its place. */
export interface FuzzAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** Until the last byte; of a stream, until its first. */
  readonly tookMs: number;
  /** A stream that we stopped reading before it ended. */
  readonly isCut: boolean;
  /** Why there is no answer. */
  readonly failure?: string;
}

/** No answer may take longer. */
export const PATIENCE_MS = 5_000;
/** A stream lives as long as what it tells of. We listen for a while and leave, as people do. */
const STREAM_MS = 400;

/** Sends calls over connections that are kept. */
export class Wire {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });

  constructor(private readonly baseUrl: string) {}

  send({ method, target, headers, body }: FuzzCall, authorization?: string): Promise<FuzzAnswer> {
    const { hostname, port } = new URL(this.baseUrl);
    const all = authorization === undefined ? headers : { ...headers, authorization };
    const reading = new Reading();
    try {
      const call = request({ hostname, port, method, path: target, headers: all, agent: this.#agent });
      call.on('response', (response) => {
        reading.begin(response.statusCode ?? 0, response.headers);
        response.on('data', (chunk: Buffer) => {
          reading.add(chunk, () => call.destroy());
        });
        response.on('end', () => {
          reading.end();
        });
        response.on('error', (error) => {
          reading.fail(error);
        });
      });
      call.on('error', (error) => {
        reading.fail(error);
      });
      call.setTimeout(PATIENCE_MS + 500, () => call.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)));
      if (body) call.write(body);
      call.end();
    } catch (error) {
      reading.fail(error as Error);
    }
    return reading.answer;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Collects an answer. */
class Reading {
  readonly #begunAt = performance.now();
  readonly #chunks: Buffer[] = [];
  readonly #settled = Promise.withResolvers<FuzzAnswer>();
  #status = 0;
  #headers: FuzzAnswer['headers'] = {};
  #firstByteMs = 0;
  #cut?: NodeJS.Timeout;

  get answer(): Promise<FuzzAnswer> {
    return this.#settled.promise;
  }

  begin(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    this.#status = status;
    this.#headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        value === undefined ? value : [value].flat().join(', '),
      ]),
    );
  }

  add(chunk: Buffer, leave: () => void): void {
    this.#chunks.push(chunk);
    if (this.#chunks.length > 1 || !this.#isStream) return;
    this.#firstByteMs = performance.now() - this.#begunAt;
    this.#cut = setTimeout(() => {
      this.#settle({ isCut: true });
      leave();
    }, STREAM_MS);
  }

  end(): void {
    this.#settle({});
  }

  fail(error: Error): void {
    this.#settle({ failure: error.message });
  }

  get #isStream(): boolean {
    return this.#headers['content-type']?.startsWith('text/event-stream') ?? false;
  }

  #settle(more: Partial<FuzzAnswer>): void {
    clearTimeout(this.#cut);
    this.#settled.resolve({
      ...{ status: this.#status, headers: this.#headers, text: Buffer.concat(this.#chunks).toString('utf8') },
      tookMs: this.#isStream ? this.#firstByteMs : performance.now() - this.#begunAt,
      isCut: false,
      ...more,
    });
  }
}
