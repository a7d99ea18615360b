import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Sql, UnitOfWork } from '#common/database';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnPostgres } from '../support/database-targets.js';
import { eventually } from '../support/eventually.js';
import { ask, createBot, ended, openConversation } from '../support/journey.js';

describeOnPostgres('what somebody else deletes after it was looked up', (target) => {
  let testApp: TestApp;
  let owner: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
    owner = await (await testApp.workspace()).as('owner');
  });

  afterAll(async () => {
    await testApp.close();
  });

  /** Deletes a row, and keeps others waiting for the outcome until `call` has found the row and waits too. */
  async function whileDeleting(table: string, id: string, call: () => Promise<unknown>): Promise<unknown> {
    const sql = testApp.app.get(Sql);
    let answer: Promise<unknown> = Promise.resolve();
    await testApp.app.get(UnitOfWork).run(async () => {
      await sql.acrossWorkspaces('test', `delete from ${table} where id = ?`, [id]);
      answer = call().catch((refusal: unknown) => refusal);
      await somebodyWaits(sql);
    });
    return answer;
  }

  /** Resolves as soon as another statement waits for the transaction of `sql`. */
  async function somebodyWaits(sql: Sql): Promise<void> {
    await eventually(
      () =>
        sql.acrossWorkspaces(
          'test',
          'select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))',
        ),
      (waiting) => waiting.length > 0,
    );
  }

  it('a bot that a conversation is begun with', async () => {
    const bot = await createBot(owner);

    const answer = await whileDeleting('bots', bot.id, () =>
      owner.send('conversations.create', { botId: bot.id, body: {} }),
    );

    expect(answer).toMatchObject({
      status: 404,
      problem: { code: 'not_found', detail: 'The bot was not found.' },
    });
  });

  it('a bot that a source is attached to', async () => {
    const bot = await createBot(owner);
    const source = await owner.send('datasources.create', {
      body: { type: 'url', url: 'https://example.com/' },
    });

    const answer = await whileDeleting('bots', bot.id, () =>
      owner.send('bots.attach', { botId: bot.id, datasourceId: source.body.id }),
    );

    expect(answer).toMatchObject({ status: 404, problem: { detail: 'The bot was not found.' } });
  });

  it('a source that is attached to a bot', async () => {
    const bot = await createBot(owner);
    const source = await owner.send('datasources.create', {
      body: { type: 'url', url: 'https://example.com/' },
    });

    const answer = await whileDeleting('datasources', source.body.id, () =>
      owner.send('bots.attach', { botId: bot.id, datasourceId: source.body.id }),
    );

    expect(answer).toMatchObject({ status: 404, problem: { detail: 'The data source was not found.' } });
  });

  it('a source that is about to be read', async () => {
    const url = 'https://example.com/';
    const { id } = (await owner.send('datasources.create', { body: { type: 'url', url } })).body;
    const { job } = (await owner.send('datasources.sync', { datasourceId: id })).body;
    await ended(owner, job.id);
    let again = '';

    await whileDeleting('datasources', id, async () => {
      again = (await owner.send('datasources.sync', { datasourceId: id })).body.job.id;
    });

    expect(await ended(owner, again)).toMatchObject({
      state: 'failed',
      attempt: 1,
      error: { code: 'not_found' },
    });
  });

  it('an answer that is rated', async () => {
    const conversationId = await openConversation(owner, (await createBot(owner)).id);
    const { answer: message } = (await ask(owner, conversationId, 'Is anybody there?')).body;

    const answer = await whileDeleting('messages', message.id, () =>
      owner.send('messages.rate', { messageId: message.id, body: { rating: 'up' } }),
    );

    expect(answer).toMatchObject({ status: 404, problem: { detail: 'The message was not found.' } });
  });
});
