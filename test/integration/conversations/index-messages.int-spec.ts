import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { firstIdAt, newId } from '#common/database';
import { IndexMessages } from '../../../src/modules/conversations/search/index-messages.js';
import { MessageSearchRepository } from '../../../src/modules/conversations/search/message-search.repository.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

const WHY = 'prepares a test database';
const IMPORTED = 200;

describeOnEachDatabase('Indexing of messages', (target) => {
  let database: TestDatabase;
  let indexing: IndexMessages;
  const workspaceId = newId();
  const conversationId = newId();

  beforeAll(async () => {
    database = await createTestDatabase({ target });
    indexing = new IndexMessages(new MessageSearchRepository(database.sql), database.unitOfWork);
  });

  beforeEach(async () => {
    await database.truncate();
    const botId = newId();
    await run(`insert into workspaces (id, name, created_at) values (?, 'W', now())`, [workspaceId]);
    await run(
      `insert into bots (id, workspace_id, name, slug, model, retrieval, created_at, updated_at)
       values (?, ?, 'B', 'b', '{}', '{}', now(), now())`,
      [botId, workspaceId],
    );
    await run(
      `insert into conversations (id, workspace_id, bot_id, channel, created_by_id, message_count, created_at, updated_at)
       values (?, ?, ?, 'api', ?, 0, now(), now())`,
      [conversationId, workspaceId, botId, newId()],
    );
    await say(IMPORTED, 1, Date.now() - 100 * 86_400_000);
  });

  afterAll(() => database.close());

  const run = <Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> =>
    database.sql.acrossWorkspaces<Row>(WHY, sql, params);

  /** Says so many things, a millisecond after each other, which then wait. */
  const say = async (count: number, position: number, begun = Date.now()): Promise<void> => {
    const said = Array.from({ length: count }, (_, index) => ({
      id: `${firstIdAt(begun + index).slice(0, 14)}7${newId().slice(15)}`,
      ...{ turnId: newId(), position: position + index, at: new Date(begun + index) },
    }));
    await run(
      `with said as (
         insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, created_at)
         select s.id, ?, ?, s."turnId", s.position, 'assistant', 'Said', 'complete', s.at
         from jsonb_to_recordset(?::jsonb) as s(id uuid, "turnId" uuid, position int, at timestamptz)
         returning id, workspace_id
       )
       insert into message_search_queue (message_id, workspace_id) select id, workspace_id from said`,
      [workspaceId, conversationId, JSON.stringify(said)],
    );
  };

  /** Positions of what can be found. */
  const findable = async (): Promise<number[]> =>
    (
      await run<{ position: number }>(
        `select m.position from message_search s
         join messages m on m.workspace_id = s.workspace_id and m.id = s.message_id order by 1`,
      )
    ).map(({ position }) => position);

  /** One batch, and no more. */
  const indexOnce = (): Promise<number> => {
    let looks = 0;
    return indexing.execute(() => (looks += 1) > 1);
  };

  it('does not let what was just said wait for a history that was imported', async () => {
    await say(1, 1_000);

    await indexOnce();

    const found = await findable();
    expect(found).toContain(1_000);
    expect(found.length).toBeLessThan(IMPORTED);
  });

  it('gives the oldest their turn, however much is said meanwhile', async () => {
    // More is said between two batches than a batch takes.
    for (let batch = 1; batch <= IMPORTED / 10; batch += 1) {
      await say(60, batch * 1_000);
      await indexOnce();
    }

    const found = await findable();
    expect(found.filter((one) => one <= IMPORTED)).toHaveLength(IMPORTED);
  });

  it('takes all that waits, each once', async () => {
    expect(await indexing.execute()).toBe(IMPORTED);
    expect(await findable()).toHaveLength(IMPORTED);
    expect(await indexing.execute()).toBe(0);
  });

  it('shares the work with others who do the same', async () => {
    const counts = await Promise.all([indexing.execute(), indexing.execute(), indexing.execute()]);

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(IMPORTED);
    expect(await findable()).toHaveLength(IMPORTED);
  });
});
