import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Sql, Tenancy } from '#common/database';
import { FakeChatModel } from '../../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember } from '../../support/app.js';
import { describeOnEachDatabase } from '../../support/database.js';
import { ask, createBot, openConversation } from '../../support/journey.js';

const MESSAGES = 1_000;

describeOnEachDatabase('a long conversation', (target) => {
  const model = new FakeChatModel('openai', { texts: ['An answer.'] });
  let testApp: TestApp;
  let admin: TestMember;
  let conversationId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target, chatModels: [model] });
  });
  beforeEach(async () => {
    admin = await (await testApp.workspace()).as('admin');
    const bot = await createBot(admin, { model: { provider: 'openai', name: 'gpt-4.1' } });
    conversationId = await openConversation(admin, bot.id);
    await database(
      `insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, created_at)
       select (left(c.id::text, 24) || lpad(to_hex(n), 12, '0'))::uuid, c.workspace_id, c.id, c.id, n,
         case n % 2 when 1 then 'user' else 'assistant' end, 'said ' || n, 'complete', now()
       from conversations c, generate_series(1, ${String(MESSAGES)}) n where c.id = ?`,
    );
    await database(`update conversations set message_count = ${String(MESSAGES)} where id = ?`);
  });
  afterAll(() => testApp.close());

  const database = (sql: string): Promise<unknown[]> =>
    testApp.app
      .get(Tenancy)
      .runUnbound(() => testApp.app.get(Sql).acrossWorkspaces('a test', sql, [conversationId]));
  /** What the model was told last, without the instructions and the question. */
  const told = async (): Promise<string[]> => {
    await ask(admin, conversationId, 'And now?');
    const { messages = [] } = model.requests.at(-1) ?? {};
    return messages.flatMap(({ content }) =>
      typeof content === 'string' && content.startsWith('said ') ? [content] : [],
    );
  };
  const readAll = async (): Promise<string[]> => {
    const contents: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { body } = await admin.send('conversations.listMessages', {
        conversationId,
        limit: 100,
        ...(cursor ? { cursor } : {}),
      });
      contents.push(...body.data.map(({ content }) => content));
      cursor = body.nextCursor;
    }
    return contents;
  };
  const said = (from: number, to: number, step = 1): string[] =>
    Array.from(
      { length: Math.ceil((to - from + 1) / step) },
      (_, index) => `said ${String(from + index * step)}`,
    );

  it('is remembered by its newest messages', async () => {
    expect(await told()).toEqual(said(MESSAGES - 39, MESSAGES));
  });

  it('is remembered by its newest questions where each of many answers failed', async () => {
    await database(
      `update messages set status = 'error' where conversation_id = ? and position > 900 and role = 'assistant'`,
    );

    expect(await told()).toEqual(said(MESSAGES - 79, MESSAGES, 2));
  });

  it('is read page by page, each message once', async () => {
    expect(await readAll()).toEqual(said(1, MESSAGES));
  });

  it('is read page by page over what was removed', async () => {
    await database('delete from messages where conversation_id = ? and position between 51 and 930');

    expect(await readAll()).toEqual([...said(1, 50), ...said(931, MESSAGES)]);
  });
});
