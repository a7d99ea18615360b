import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { v7 } from 'uuid';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { exportFile, linesOf } from '../support/exports.js';
import { createBot } from '../support/journey.js';
import { describeOnPostgres, type PreparedDatabase } from '../support/database-targets.js';
import { tellHistory } from '../support/told-history.js';

const WRITERS = 50;
const ROUNDS = 12;
/** A transaction stays open for so long at most, after it has written. */
const OPEN_MS = 150;

const INSERT = `insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, created_at)
  values ($1, $2, $3, $1, $4, 'user', $5, 'complete', now())`;

describeOnPostgres('exports by watermark while 50 write', (target) => {
  let database: PreparedDatabase;
  let testApp: TestApp;
  let owner: TestMember;
  let conversations: string[];
  let clients: pg.Client[];

  beforeAll(async () => {
    testApp = await createTestApp({
      target: {
        ...target,
        prepare: async () => (database = await target.prepare()),
      },
    });
    owner = await (await testApp.workspace()).as('owner');
    const { id: botId } = await createBot(owner);
    const told = Array.from({ length: WRITERS }, () => ({ at: new Date(), turns: [{ question: 'First' }] }));
    conversations = await tellHistory(testApp, owner, botId, told);
    clients = await Promise.all(
      conversations.map(async () => {
        const client = new pg.Client({ connectionString: database.url });
        await client.connect();
        return client;
      }),
    );
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await testApp.close();
  });

  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  /** Commits are in another order than the writing; some are taken back. */
  const write = async (client: pg.Client, writer: number): Promise<string[]> => {
    const kept: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const ids = [v7(), v7()];
      await client.query('begin');
      for (const [index, id] of ids.entries()) {
        const values = [
          id,
          owner.actor.workspaceId,
          conversations[writer],
          10 + round * 2 + index,
          `Of ${id}`,
        ];
        await client.query(INSERT, values);
        await pause(Math.random() * OPEN_MS);
      }
      const isKept = round % 5 !== 4;
      await client.query(isKept ? 'commit' : 'rollback');
      if (isKept) kept.push(...ids);
    }
    return kept;
  };

  it('give every row exactly once', async () => {
    const first = await exportFile(owner, { resource: 'messages', format: 'jsonl', columns: ['id'] });
    const exported = linesOf(first.bytes).map(({ id }) => String(id));
    let since = String(first.export.watermark);
    let exports = 0;
    let isOver = false;

    const writing = Promise.all(clients.map(write)).finally(() => {
      isOver = true;
    });
    for (let isLast = false; !isLast;) {
      isLast = isOver;
      const next = await exportFile(owner, { resource: 'messages', format: 'jsonl', columns: ['id'], since });
      exported.push(...linesOf(next.bytes).map(({ id }) => String(id)));
      since = String(next.export.watermark);
      exports += 1;
    }
    const written = (await writing).flat();

    const { rows } = await (clients[0] as pg.Client).query<{ id: string }>(
      'select id from messages where workspace_id = $1',
      [owner.actor.workspaceId],
    );
    expect(exports).toBeGreaterThan(2);
    expect(written).toHaveLength(WRITERS * (ROUNDS - Math.floor(ROUNDS / 5)) * 2);
    expect(new Set(exported).size).toBe(exported.length);
    expect(exported.sort()).toEqual(rows.map(({ id }) => id).sort());
  });
});
