import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiAnswer, ApiClient } from './api-client.js';
import type { Installation } from './installation.js';

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

/** A read, and questions to two conversations, one of them to be streamed. No question is asked twice. */
export function callsOfReaders(asked: string, streamed: string): RepeatedCall[] {
  let number = 0;
  const next = (what: string): { content: string } => ({ content: `${what} ${String((number += 1))}` });
  return [
    { what: 'read', make: (client) => client.get('/v1/bots') },
    { what: 'ask', make: (client) => client.post(asked, next('ask')) },
    {
      what: 'ask for a stream',
      make: (client) => client.post(streamed, next('stream'), { accept: 'text/event-stream' }),
    },
  ];
}

export interface KeptTurn {
  readonly questions: number;
  readonly answers: number;
}

/** How often each question was kept and answered, by what was asked. */
export async function keptTurns(installation: Installation): Promise<Map<string, KeptTurn>> {
  const rows = await installation.rows<KeptTurn & { content: string }>(
    `select q.content, count(distinct q.id)::int as questions, count(a.id)::int as answers from messages q
     left join messages a on a.turn_id = q.turn_id and a.role = 'assistant'
     where q.role = 'user' group by q.content`,
  );
  return new Map(rows.map(({ content, ...turn }) => [content, turn]));
}

/** The questions of calls that were answered. */
export function acceptedQuestions(calls: readonly OutageCall[]): string[] {
  return calls
    .filter(({ what, status }) => what === 'ask' && status === 200)
    .map(({ body }) => (body as { message?: { content: string } }).message?.content ?? '');
}
