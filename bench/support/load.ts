import { Pool } from 'undici';

/** What one call took, in milliseconds. */
export interface Timing {
  /** Until the first words of the answer came; only of streams. */
  readonly firstMs?: number;
  readonly totalMs: number;
}

/** What a load came to. */
export interface LoadReport {
  readonly calls: number;
  readonly perSecond: number;
  readonly first: Percentiles;
  readonly total: Percentiles;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** A call to be made: where to, with what, and what begins the answer's words. */
export interface Call {
  readonly path: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** In a stream, what stands before the first words. Without it the answer is read as a whole. */
  readonly firstWords?: string;
}

/** Makes calls to one server, so many at once. */
export class Load {
  readonly #pool: Pool;

  constructor(url: string, connections: number) {
    this.#pool = new Pool(url, { connections, pipelining: 1, keepAliveTimeout: 60_000 });
  }

  /**
   * Makes the calls of `next` as fast as they are answered.
   *
   * @param next the call that a caller (0 to `concurrency - 1`) makes now.
   * @throws Error at the first answer that is no success.
   */
  async run(concurrency: number, seconds: number, next: (caller: number) => Call): Promise<LoadReport> {
    const timings: Timing[] = [];
    const begun = performance.now();
    const until = begun + seconds * 1_000;
    const caller = async (index: number): Promise<void> => {
      while (performance.now() < until) timings.push(await this.#send(next(index)));
    };
    await Promise.all(Array.from({ length: concurrency }, (_, index) => caller(index)));
    const elapsed = (performance.now() - begun) / 1_000;
    return {
      calls: timings.length,
      perSecond: timings.length / elapsed,
      first: percentilesOf(timings.flatMap(({ firstMs }) => (firstMs === undefined ? [] : [firstMs]))),
      total: percentilesOf(timings.map(({ totalMs }) => totalMs)),
    };
  }

  /** Makes so many calls, to be measured by nobody. */
  async runCalls(concurrency: number, calls: number, next: (caller: number) => Call): Promise<void> {
    let left = calls;
    const caller = async (index: number): Promise<void> => {
      while (left-- > 0) await this.#send(next(index));
    };
    await Promise.all(Array.from({ length: concurrency }, (_, index) => caller(index)));
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #send({ path, body, headers = {}, firstWords }: Call): Promise<Timing> {
    const begun = performance.now();
    const { statusCode, body: answer } = await this.#pool.request({
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (statusCode >= 300) throw new Error(`${path} answered ${statusCode}: ${await answer.text()}`);
    let firstMs: number | undefined;
    let text = '';
    for await (const part of answer) {
      if (firstMs !== undefined || firstWords === undefined) continue;
      text += String(part);
      if (text.includes(firstWords)) firstMs = performance.now() - begun;
    }
    if (firstWords !== undefined && firstMs === undefined) throw new Error(`${path} said nothing: ${text}`);
    return { totalMs: performance.now() - begun, ...(firstMs === undefined ? {} : { firstMs }) };
  }
}

export function percentilesOf(values: number[]): Percentiles {
  values.sort((a, b) => a - b);
  const at = (share: number): number =>
    values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
