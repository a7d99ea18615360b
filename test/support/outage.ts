import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiAnswer, ApiClient } from './api-client.js';

/** One call that was made while something was away. */
export interface OutageCall {
  readonly what: string;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly tookMs: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A call that can be made again and again. */
export interface RepeatedCall {
  readonly what: string;
  make(client: ApiClient): Promise<ApiAnswer<Record<string, unknown>>>;
}

/** Makes all calls side by side, every so often, until `over` settles; gives what came of each. */
export async function callDuring(
  over: Promise<unknown>,
  client: ApiClient,
  calls: readonly RepeatedCall[],
  everyMs = 500,
): Promise<OutageCall[]> {
  let isOver = false;
  const ending = over.finally(() => {
    isOver = true;
  });
  const made: Promise<OutageCall>[] = [];
  while (!isOver) {
    made.push(...calls.map((call) => timed(client, call)));
    await sleep(everyMs);
  }
  await ending;
  return Promise.all(made);
}

async function timed(client: ApiClient, { what, make }: RepeatedCall): Promise<OutageCall> {
  const began = performance.now();
  const { status, headers, body } = await make(client);
  return { what, status, body, retryAfter: headers.get('retry-after'), tookMs: performance.now() - began };
}

/** What must not happen in an outage: another failure than 503 with `Retry-After`, or an answer that takes too long. */
export function broken(calls: readonly OutageCall[], limitMs: number): object[] {
  return calls
    .filter(
      ({ status, retryAfter, tookMs }) =>
        !(status < 300 || (status === 503 && Number(retryAfter) > 0)) || tookMs > limitMs,
    )
    .map(({ what, status, tookMs, body }) => ({ what, status, tookMs, code: body['code'] }));
}
