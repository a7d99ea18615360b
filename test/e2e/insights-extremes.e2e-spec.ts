import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Sql } from '#common/database';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { runInsights } from '../support/insights.js';
import { createBot } from '../support/journey.js';
import { residentMib } from '../support/process-memory.js';
import { tellHistory } from '../support/told-history.js';
import { WITHOUT_STATISTICS } from '../support/without-statistics.js';

const TIMES = 100_000;
const ASKERS = 1_000;
/** Ends what hangs. */
const LIMIT_MS = 900_000;
/** What topics of 10,000 questions may take, however often each was asked. */
const MOST_MIB = 500;

/** How much more memory this process holds at most than at first. */
class HeldMemory {
  readonly #first = residentMib(process.pid);
  #most = this.#first;
  readonly #timer = setInterval(() => {
    this.#most = Math.max(this.#most, residentMib(process.pid));
  }, 50);

  /** @returns MiB */
  stop(): number {
    clearInterval(this.#timer);
    return this.#most - this.#first;
  }
}

/** Of a moment, with a number that keeps those of one moment apart. */
const idOf = (at: string, kind: string): string =>
  `(lpad(to_hex((extract(epoch from ${at}) * 1000)::bigint), 12, '0') || '7' || '${kind}' || '8'
    || lpad(to_hex(n), 15, '0'))::uuid`;

/** Every second time in vain, each time in a conversation of its own, a second after the one before. */
async function askAgainAndAgain(
  { app }: TestApp,
  { actor }: TestMember,
  botId: string,
  question: string,
): Promise<void> {
  const begun = new Date(Date.now() - 2 * 86_400_000).toISOString();
  const at = `('${begun}'::timestamptz + n * interval '1 second')`;
  await app.get(Sql).acrossWorkspaces(
    'a test tells of the past',
    `insert into conversations (id, workspace_id, bot_id, channel, external_user_id, created_by_id, message_count,
       last_message_at, created_at, updated_at)
     select ${idOf(at, '001')}, ?::uuid, ?::uuid, 'api', 'user-' || n % ?::int, ?::uuid, 2, ${at}, ${at}, ${at}
     from generate_series(1, ?::int) n`,
    [actor.workspaceId, botId, ASKERS, actor.id, TIMES],
  );
  for (const [kind, role, position, content, answered] of [
    ['002', 'user', 1, question, 'null::boolean'],
    ['003', 'assistant', 2, 'By the link in the letter.', 'n % 2 = 0'],
  ] as const)
    await app.get(Sql).acrossWorkspaces(
      'a test tells of the past',
      `insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, answered,
         created_at)
       select ${idOf(at, kind)}, ?::uuid, ${idOf(at, '001')}, ${idOf(at, '003')}, ?::int, ?::text, ?::text, 'complete',
         ${answered}, ${at}
       from generate_series(1, ?::int) n`,
      [actor.workspaceId, position, role, content, TIMES],
    );
}

describeOnEachDatabase('insights of what nobody expects', (target) => {
  let testApp: TestApp;
  let analyst: TestMember;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    const workspace = await testApp.workspace();
    analyst = await workspace.as('analyst');
    botId = (await createBot(await workspace.as('editor'))).id;
  });
  afterAll(() => testApp.close());

  it.each([
    ['emoji alone', ['🎉🎉', '👍🏽', '❤️‍🔥?', '🇳🇴', '…']],
    ['small talk alone', ['Hi', 'Thanks!', 'Vielen Dank', 'ok']],
    ['nothing at all', []],
  ])('have a report and nothing to say of %s', async (_case, texts) => {
    const at = new Date(Date.now() - 86_400_000);
    await tellHistory(
      testApp,
      analyst,
      botId,
      texts.map((question) => ({ at, turns: [{ question }] })),
    );

    const job = await runInsights(analyst, botId, 'rebuild');

    expect(job).toMatchObject({
      state: 'succeeded',
      result: { turns: texts.length, questions: 0, topics: 0 },
    });
    const { body } = await analyst.send('trends.show', { botId });
    expect([body.anomalies, body.appeared, body.vanished]).toEqual([[], [], []]);
    expect((await analyst.send('gaps.list', { botId })).body.data).toEqual([]);
    const page = await analyst.get<string>(`/v1/bots/${botId}/insights/report`);
    expect(page.status).toBe(200);
    expect(JSON.stringify(page.body)).toContain('There are no topics yet.');
  });

  // So many rows take a minute and more: once is enough.
  const itOnPostgres = target.name === 'Postgres' ? it : () => undefined;
  itOnPostgres(
    'count one question that was asked 100,000 times as one question',
    async () => {
      await testApp.app.get(Sql).acrossWorkspaces('a test keeps statistics away', WITHOUT_STATISTICS);
      await askAgainAndAgain(testApp, analyst, botId, 'How do I reset my password?');

      const held = new HeldMemory();

      const job = await runInsights(analyst, botId, 'update', LIMIT_MS);
      const grownMib = held.stop();

      const { body: overview } = await analyst.send('insights.overview', { botId });
      const { body: questions } = await analyst.send('insights.questions', { botId });
      const { body: gaps } = await analyst.send('gaps.list', { botId });
      expect(job).toMatchObject({ state: 'succeeded', result: { turns: TIMES } });
      expect(overview.figures).toMatchObject({
        ...{ questions: TIMES, conversations: TIMES, users: ASKERS, completed: TIMES, answered: TIMES / 2 },
      });
      expect(questions.data).toMatchObject([
        { text: 'How do I reset my password?', phrasings: 1, figures: { questions: TIMES } },
      ]);
      expect(gaps.data).toHaveLength(1);
      expect(grownMib).toBeLessThan(MOST_MIB);
      // What is kept of it does not grow with how often it was asked.
      const kept = await testApp.app
        .get(Sql)
        .acrossWorkspaces<{ rows: number }>(
          'a test looks on',
          'select count(*)::int as rows from insight_questions where bot_id = ?',
          [botId],
        );
      expect(kept).toEqual([{ rows: 1 }]);
      expect((await analyst.get<string>(`/v1/bots/${botId}/insights/report`)).status).toBe(200);
    },
    LIMIT_MS,
  );
});
