import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite } from '#common/database';
import { type ApiClient, apiClient } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { signUp } from '../support/installation.js';
import { createBot, openConversation, type SourceView } from '../support/journey.js';
import { TestServer } from '../support/server.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 20);
const LONGEST_LIFE_MS = 1_200;
const PARAGRAPHS = 6;
const ENDED = ['ready', 'failed', 'stale'];

/** What the server has said yes to. */
interface Accepted {
  readonly sources: Set<string>;
  readonly questions: Set<string>;
  readonly answers: Set<string>;
}

describe(`an embedded installation that is killed ${KILLS} times while it reads pages and answers`, () => {
  let dataDir: string;
  let site: TestSite;
  let server: TestServer;
  let token: string;
  let botId: string;
  let conversationId: string;
  let version = 0;
  const accepted: Accepted = { sources: new Set(), questions: new Set(), answers: new Set() };
  const startTimes: number[] = [];

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'colloquy-kills-'));
    site = await createSite();
    await start();
    const owner = await signUp(server.url);
    token = owner.token ?? '';
    botId = (await createBot(owner)).id;
    conversationId = await openConversation(owner, botId);
  });

  afterAll(async () => {
    await server.stop();
    await site.close();
    rmSync(dataDir, { recursive: true, force: true });
    rmSync(`${dataDir}.log`, { force: true });
  });

  const start = async (): Promise<void> => {
    const began = performance.now();
    server = await TestServer.start({ dataDir, env: { OUTBOUND_ALLOW: site.host, LOG_LEVEL: 'warn' } });
    startTimes.push(performance.now() - began);
  };
  const client = (): ApiClient => apiClient(server.url, token);
  /** A page that says something else each time it is read, in all its paragraphs. */
  const servePage = (path: string): void => {
    site.set(path, (_request, response) => {
      version += 1;
      const paragraphs = Array.from(
        { length: PARAGRAPHS },
        (_, n) =>
          `Edition ${String(version)} edition: paragraph ${String(n)} of ${path} tells of the warranty of the Aurora lamp, ` +
          'which lasts for 24 months from the day of purchase and covers the glass, the switch and the cable. '.repeat(
            4,
          ),
      );
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(articlePage(`Page ${path}`, ...paragraphs));
    });
  };

  /** Adds pages and reads known ones again, until the server is gone. */
  const ingest = async (round: number): Promise<void> => {
    for (let n = 0; ; n += 1) {
      const path = `/page/${String(round)}-${String(n)}`;
      servePage(path);
      const url = site.url(path);
      const { status, body } = await client().post<SourceView>('/v1/datasources', {
        type: 'url',
        url,
        botIds: [botId],
      });
      expect(status).toBe(202);
      accepted.sources.add(body.id);
      const [oldest] = accepted.sources;
      expect((await client().post(`/v1/datasources/${String(oldest)}/sync`)).status).toBe(202);
      await sleep(400);
    }
  };
  /** Asks by turns for a stream and for a whole answer, until the server is gone. */
  const chat = async (): Promise<void> => {
    for (;;) {
      const content = 'How long is the warranty of the Aurora lamp?';
      const path = `/v1/conversations/${conversationId}/messages`;
      await listen(`${server.url}${path}`, token, content, accepted);
      const { body } = await client().post<{ message: { id: string }; answer: { id: string } }>(path, {
        content,
      });
      accepted.questions.add(body.message.id);
      accepted.answers.add(body.answer.id);
    }
  };
  /** The editions of which passages are found, by document: more than one is a document that is half new. */
  const editionsFound = async (): Promise<string[][]> => {
    const { body } = await client().post<{ data: { documentId: string; text: string }[] }>(
      `/v1/bots/${botId}/search`,
      { query: 'edition warranty Aurora lamp', topK: 20 },
    );
    const byDocument = Map.groupBy(body.data, ({ documentId }) => documentId);
    return [...byDocument.values()].map((hits) => [...new Set(hits.map(({ text }) => editionOf(text)))]);
  };

  it('has all that it accepted, nothing half-made, and ends its jobs', async () => {
    const found: string[][] = [];
    for (let round = 0; round < KILLS; round += 1) {
      if (round > 0) await start();
      const work = [ingest(round), chat()].map((one) => one.catch((error: unknown) => failureOf(error)));
      await sleep(Math.random() * LONGEST_LIFE_MS);
      if (round % 4 === 3) found.push(...(await editionsFound()));
      await server.kill();
      expect(await Promise.all(work)).toEqual(['gone', 'gone']);
    }
    await start();
    const openedAt = performance.now();
    const states = await eventually(
      async () => {
        await sleep(200);
        const { body } = await client().get<{ data: SourceView[] }>('/v1/datasources?limit=200');
        return body.data.map(({ status }) => status);
      },
      (all) => all.every((status) => ENDED.includes(status)),
      30_000,
    );
    const endedMs = performance.now() - openedAt;
    // The turn that was under way at the last kill is closed when its lease has run out.
    await eventually(
      async () => (await client().get<{ messageCount: number }>(`/v1/conversations/${conversationId}`)).body,
      ({ messageCount }) => messageCount % 2 === 0,
      15_000,
    );
    found.push(...(await editionsFound()));
    await server.stop();
    const database = await openPglite({ dataDir: join(dataDir, 'postgres') });
    const facts = await factsOf(database, accepted);
    await database.close();
    process.stderr.write(
      `${String(KILLS)} kills: ${String(accepted.sources.size)} sources, ${String(accepted.questions.size)} questions, ` +
        `${String(facts.jobs.length)} jobs of which ${String(facts.jobs.filter(({ attempt }) => attempt > 1).length)} lost a process; ` +
        `start ${String(Math.round(median(startTimes)))} ms, all jobs ended ${String(Math.round(endedMs))} ms after the last\n`,
    );

    expect(states.length).toBeGreaterThanOrEqual(accepted.sources.size);
    expect(found.filter((editions) => editions.length !== 1)).toEqual([]);
    expect(accepted.questions.size).toBeGreaterThan(0);
    expect(facts.lost).toEqual({ sources: 0, questions: 0, answers: 0 });
    expect(facts.halfMade).toEqual([]);
    expect(facts.mixed).toEqual([]);
    expect(facts.unanswered).toBe(0);
    expect(facts.miscounted).toBe(0);
    expect(facts.openRuns).toBe(0);
    // A job that loses three processes is given up, and says so.
    expect(
      facts.jobs.filter(
        ({ state, code }) => state !== 'succeeded' && !(state === 'failed' && code === 'jobs.lost'),
      ),
    ).toEqual([]);
  }, 420_000);
});

function editionOf(text: string): string {
  return /Edition (\d+) edition/.exec(text)?.[1] ?? 'none';
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** A server that is gone breaks connections; anything else is a failure of what is tested. */
function failureOf(error: unknown): unknown {
  return (error as Error).name === 'TypeError' ? 'gone' : error;
}

/** Reads a stream, and notes what it accepts as soon as it says so. */
async function listen(url: string, token: string, content: string, accepted: Accepted): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...{ 'content-type': 'application/json', accept: 'text/event-stream' },
    },
    body: JSON.stringify({ content }),
  });
  let text = '';
  if (!response.body) return;
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const question = /"userMessageId":"([^"]+)"/.exec(text)?.[1];
    if (question) accepted.questions.add(question);
    const answer = /event: message\.completed\ndata: \{"message":\{"id":"([^"]+)"/.exec(text)?.[1];
    if (answer) accepted.answers.add(answer);
  }
}

interface Facts {
  readonly lost: { readonly sources: number; readonly questions: number; readonly answers: number };
  /** Documents whose passages or vectors are not as many as they say. */
  readonly halfMade: readonly object[];
  /** Documents with passages of several editions. */
  readonly mixed: readonly object[];
  readonly unanswered: number;
  /** Conversations whose count or whose positions do not fit their messages. */
  readonly miscounted: number;
  readonly openRuns: number;
  readonly jobs: readonly {
    readonly state: string;
    readonly attempt: number;
    readonly code: string | null;
  }[];
}

async function factsOf(database: PGlite, { sources, questions, answers }: Accepted): Promise<Facts> {
  const rows = async <Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> =>
    (await database.query<Row>(sql, [...params])).rows;
  const missing = async (table: string, ids: ReadonlySet<string>): Promise<number> => {
    const known = new Set((await rows<{ id: string }>(`select id from ${table}`)).map(({ id }) => id));
    return [...ids].filter((id) => !known.has(id)).length;
  };
  const count = async (sql: string): Promise<number> =>
    (await rows<{ count: number }>(`select count(*)::int as count from (${sql}) as found`))[0]?.count ?? -1;
  return {
    lost: {
      sources: await missing('datasources', sources),
      questions: await missing('messages', questions),
      answers: await missing('messages', answers),
    },
    halfMade: await rows(
      `select d.url, d.chunk_count, count(c.id)::int as chunks, count(e.chunk_id)::int as vectors from documents d
       left join chunks c on c.document_id = d.id left join chunk_embeddings e on e.chunk_id = c.id
       group by d.id having count(c.id) <> d.chunk_count or count(e.chunk_id) <> d.chunk_count`,
    ),
    mixed: await rows(
      `select d.url from documents d join chunks c on c.document_id = d.id
       group by d.id having count(distinct substring(c.text from 'Edition (\\d+) edition')) > 1`,
    ),
    unanswered: await count(
      `select q.id from messages q where q.role = 'user'
       and (select count(*) from messages a where a.turn_id = q.turn_id and a.role = 'assistant') <> 1`,
    ),
    miscounted: await count(
      `select c.id from conversations c left join messages m on m.conversation_id = c.id group by c.id
       having c.message_count <> count(m.id) or c.message_count <> coalesce(max(m.position), 0)`,
    ),
    openRuns: await count(`select id from sync_runs where state = 'running'`),
    jobs: await rows(`select state, attempt, error ->> 'code' as code from jobs`),
  };
}
