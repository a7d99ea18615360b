import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { firstIdAt, newId } from '#common/database';
import type { JobContext } from '#common/jobs';
import { HistoryPartitions } from '../../../src/modules/conversations/partitions/history-partitions.js';
import { HistoryPartitionsRepository } from '../../../src/modules/conversations/partitions/history-partitions.repository.js';
import { DropPastPartitions } from '../../../src/modules/conversations/retention/drop-past-partitions.js';
import { ExpireHistory } from '../../../src/modules/conversations/retention/expire-history.js';
import { HistoryRemovalRepository } from '../../../src/modules/conversations/retention/history-removal.repository.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

const WHY = 'prepares a test database';
const clock = { now: () => new Date() };

describeOnEachDatabase('Retention', (target) => {
  let database: TestDatabase;
  let expire: ExpireHistory;
  let dropPast: DropPastPartitions;
  let partitions: HistoryPartitions;
  let workspaceId: string;

  beforeAll(async () => {
    database = await createTestDatabase({ target });
    expire = new ExpireHistory(new HistoryRemovalRepository(database.sql));
    partitions = new HistoryPartitions(
      new HistoryPartitionsRepository(database.sql),
      database.unitOfWork,
      clock,
    );
    dropPast = new DropPastPartitions(partitions, clock);
  });

  beforeEach(async () => {
    await database.truncate();
    workspaceId = newId();
    await run(`insert into workspaces (id, name, created_at) values (?, 'W', now())`, [workspaceId]);
  });

  afterAll(() => database.close());

  const run = <Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> =>
    database.sql.acrossWorkspaces<Row>(WHY, sql, params);

  const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
  const idOf = (at: Date): string => `${firstIdAt(at.getTime()).slice(0, 14)}7${newId().slice(15)}`;

  const addBot = async (privacy: object): Promise<string> => {
    const id = newId();
    await run(
      `insert into bots (id, workspace_id, name, slug, model, retrieval, privacy, created_at, updated_at)
       values (?, ?, 'B', ?, '{}', '{}', ?::jsonb, now(), now())`,
      [id, workspaceId, id, JSON.stringify({ storage: 'full', legalHold: false, ...privacy })],
    );
    return id;
  };

  /** A conversation with a message for each of these ages. */
  const talk = async (botId: string, ages: readonly number[], isHeld = false): Promise<string> => {
    const begun = daysAgo(Math.max(...ages));
    const id = idOf(begun);
    await run(
      `insert into conversations (id, workspace_id, bot_id, channel, created_by_id, legal_hold, message_count,
         last_message_at, created_at, updated_at)
       values (?, ?, ?, 'api', ?, ?, ?, ?::timestamptz, ?::timestamptz, now())`,
      [id, workspaceId, botId, newId(), isHeld, ages.length, daysAgo(Math.min(...ages)), begun],
    );
    for (const [index, age] of ages.entries()) {
      const at = daysAgo(age);
      await run(
        `insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, created_at)
         values (?, ?, ?, ?, ?, 'assistant', 'Said', 'complete', ?::timestamptz)`,
        [idOf(at), workspaceId, id, newId(), index + 1, at],
      );
    }
    return id;
  };

  const context = {
    job: { id: newId(), workspaceId: '', attempt: 1, maxAttempts: 3 },
    signal: new AbortController().signal,
    isLastAttempt: false,
    progress: () => undefined,
    moves: () => undefined,
    throwIfCancelled: () => undefined,
  };
  const expired = (botId: string) =>
    expire.execute(botId, { ...context, job: { ...context.job, workspaceId } } satisfies JobContext);

  const ages = async (): Promise<number[]> =>
    (
      await run<{ age: number }>(
        `select round(extract(epoch from now() - created_at) / 86400)::int as age from messages order by 1`,
      )
    ).map(({ age }) => age);

  it('removes old messages, and conversations that nobody has spoken in since', async () => {
    const botId = await addBot({ retentionDays: 30 });
    await talk(botId, [100, 90]);
    await talk(botId, [60, 20]);
    await talk(botId, [10]);

    const report = await expired(botId);

    expect(report).toEqual({ conversations: 1, messages: 3, failed: 0 });
    expect(await ages()).toEqual([10, 20]);
  });

  it('goes through more than one batch', async () => {
    const botId = await addBot({ retentionDays: 1 });
    for (let index = 0; index < 450; index += 1) await talk(botId, [5]);

    const report = await expired(botId);

    expect(report).toEqual({ conversations: 450, messages: 450, failed: 0 });
  });

  it('keeps what is held, what is spoken in, and what other bots have', async () => {
    const botId = await addBot({ retentionDays: 30 });
    const other = await addBot({ retentionDays: null });
    await talk(botId, [99], true);
    const spoken = await talk(botId, [98]);
    await run(`update conversations set turn_id = ?, turn_expires_at = now() where id = ?`, [
      newId(),
      spoken,
    ]);
    await talk(other, [97]);

    const report = await expired(botId);

    expect(report).toEqual({ conversations: 0, messages: 0, failed: 0 });
    expect(await ages()).toEqual([97, 98, 99]);
  });

  it('removes nothing of a bot under a hold', async () => {
    const botId = await addBot({ retentionDays: 30, legalHold: true });
    await talk(botId, [99]);

    expect(await expired(botId)).toEqual({ conversations: 0, messages: 0, failed: 0 });
  });

  it('removes what a bot that keeps nothing has left after a day', async () => {
    const botId = await addBot({ storage: 'none' });
    await run(
      `insert into conversations (id, workspace_id, bot_id, channel, created_by_id, created_at, updated_at)
       values (?, ?, ?, 'api', ?, ?::timestamptz, now()), (?, ?, ?, 'api', ?, now(), now())`,
      [...[newId(), workspaceId, botId, newId(), daysAgo(2)], ...[newId(), workspaceId, botId, newId()]],
    );

    expect(await expired(botId)).toEqual({ conversations: 1, messages: 0, failed: 0 });
  });

  it('is not kept from newer conversations by one that cannot be removed', async () => {
    const botId = await addBot({ retentionDays: 30 });
    const stuck = await talk(botId, [200]);
    await run(`create table public.sticky (id uuid references conversations (id))`);
    await run(`insert into sticky values (?)`, [stuck]);
    await talk(botId, [150]);
    await talk(botId, [120, 20]);

    const report = await expired(botId);

    await run('drop table sticky');
    expect(report).toEqual({ conversations: 1, messages: 2, failed: 1 });
    expect(await ages()).toEqual([20, 200]);
  });

  it('drops a month of which nothing must stay, and no other', async () => {
    const botId = await addBot({ retentionDays: 30 });
    await partitions.makeReadyFor(daysAgo(160), daysAgo(90));
    await talk(botId, [150]);
    const held = await talk(botId, [95], true);
    const past = await partitions.listPast(daysAgo(1));

    const dropped = await dropPast.execute();

    expect(dropped).toBeGreaterThan(0);
    expect(await ages()).toEqual([95]);
    expect((await partitions.listPast(daysAgo(1))).length).toBe(past.length - dropped);
    // The conversation of the other one goes with the next run.
    expect(await expired(botId)).toEqual({ conversations: 1, messages: 0, failed: 0 });
    const left = await run<{ id: string }>('select id from conversations');
    expect(left.map(({ id }) => id)).toEqual([held]);
  });

  it('drops nothing while one bot keeps all', async () => {
    await partitions.makeReadyFor(daysAgo(150), daysAgo(150));
    await talk(await addBot({ retentionDays: 30 }), [150]);
    await talk(await addBot({}), [150]);

    await dropPast.execute();

    expect(await ages()).toEqual([150, 150]);
  });
});
