import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { ProviderOverloaded } from '#modules/providers';
import { Sql } from '#common/database';
import type { InputOf } from '../support/api-client.js';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { describeOnEachDatabase } from '../support/database.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { BotModelDto, ConversationPage } from '../support/generated/api.js';
import { addPage, ask, createBot, messagesOf, openConversation } from '../support/journey.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

const QUESTION = 'When does the shop in Bergen open?';
const FACT = 'The shop in Bergen opens at ten and closes at eighteen on weekdays.';
const speaking = new FakeChatModel('speaking', {
  texts: ['It opens at ten ', '[1]. And the moon [', '9] is blue.'],
  usage: { inputTokens: 100, outputTokens: 9 },
});
const failing = new FakeChatModel('failing', { texts: [], failure: new ProviderOverloaded() });
const breaking = new FakeChatModel('breaking', { texts: ['It opens '], failure: new ProviderOverloaded() });
const slow = new FakeChatModel('slow', {
  texts: Array.from({ length: 200 }, (_, word) => `word${String(word)} `),
  delayMs: 20,
});

describeOnEachDatabase('conversations', (target) => {
  let testApp: TestApp;
  let site: TestSite;
  let workspace: TestWorkspace;
  let editor: TestMember;
  let sourceId: string;

  beforeAll(async () => {
    site = await createSite({ '/hours': articlePage('Opening hours', FACT) });
    testApp = await createTestApp({
      target,
      env: { OUTBOUND_ALLOW: site.host },
      chatModels: [speaking, failing, breaking, slow],
    });
  });

  beforeEach(async () => {
    workspace = await testApp.workspace();
    editor = await workspace.as('editor');
    sourceId = (await addPage(editor, site.url('/hours'))).id;
  });

  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  const botOn = async (
    provider: string,
    fallbacks: NonNullable<BotModelDto['fallbacks']> = [],
  ): Promise<string> => {
    const bot = await createBot(editor, { model: { provider, name: 'any', fallbacks } });
    await editor.send('bots.attach', { botId: bot.id, datasourceId: sourceId });
    return bot.id;
  };

  it('keeps true citations, takes out forged ones, and counts tokens', async () => {
    const conversationId = await openConversation(editor, await botOn('speaking'));

    const { body } = await ask(editor, conversationId, QUESTION);

    expect(body.answer.content).toBe('It opens at ten [1]. And the moon  is blue.');
    expect(body.answer.citations).toMatchObject([{ index: 1, quote: FACT }]);
    expect(body.answer).toMatchObject({ answered: true, usage: { inputTokens: 100, outputTokens: 9 } });
  });

  it('keeps the question and the failure when the model does not answer', async () => {
    const conversationId = await openConversation(editor, await botOn('failing'));

    const { status, body } = await editor.post(`/v1/conversations/${conversationId}/messages`, {
      content: QUESTION,
    });

    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'provider_overloaded' });
    expect(await messagesOf(editor, conversationId)).toMatchObject([
      { role: 'user', status: 'complete' },
      { role: 'assistant', status: 'error', error: { code: 'provider_overloaded' }, answered: false },
    ]);
  });

  it('ends a stream that breaks with an error and keeps what was said', async () => {
    const conversationId = await openConversation(editor, await botOn('breaking'));

    const events = await editor.events('conversations.ask', { conversationId, body: { content: 'When?' } });

    expect(events.map(({ event }) => event)).toEqual(['message.started', 'message.delta', 'error']);
    expect(events.at(-1)?.data).toMatchObject({ code: 'provider_overloaded', retryable: true });
    expect((await messagesOf(editor, conversationId))[1]).toMatchObject({
      status: 'error',
      content: 'It opens ',
    });
  });

  it('lets a fallback answer before the first word, and says so', async () => {
    const conversationId = await openConversation(
      editor,
      await botOn('failing', [{ provider: 'speaking', name: 'any' }]),
    );

    const { body } = await ask(editor, conversationId, QUESTION);

    expect(body.answer).toMatchObject({ status: 'complete', model: { provider: 'speaking', name: 'any' } });
    expect(body.answer.attempts?.[0]).toMatchObject({ provider: 'failing', code: 'provider_overloaded' });
  });

  it('stops the model when the client goes away, and keeps what was said as aborted', async () => {
    const conversationId = await openConversation(editor, await botOn('slow'));
    const client = new AbortController();
    const abandoned = slow.abandoned;

    const stream = editor.events(
      'conversations.ask',
      { conversationId, body: { content: 'Talk.' } },
      client.signal,
    );
    setTimeout(() => {
      client.abort();
    }, 300);

    await expect(stream).rejects.toThrow();
    const [, answer] = await eventually(
      () => messagesOf(editor, conversationId),
      (messages) => messages.length === 2,
    );
    expect(answer).toMatchObject({ status: 'aborted', role: 'assistant' });
    expect(answer?.content).toContain('word0');
    expect(slow.abandoned).toBe(abandoned + 1);
  });

  it('puts messages that come at once in order', async () => {
    const conversationId = await openConversation(editor, await botOn('speaking'));

    await Promise.all(['One?', 'Two?', 'Three?'].map((content) => ask(editor, conversationId, content)));

    const messages = await messagesOf(editor, conversationId);
    expect(messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
  });

  it('keeps many answers that end at once, a few at a time: the first words of others come before', async () => {
    const botId = await botOn('speaking');
    const sql = testApp.app.get(Sql, { strict: false });
    const run = sql.inWorkspace.bind(sql) as (...given: Parameters<Sql['inWorkspace']>) => Promise<object[]>;
    let [now, most] = [0, 0];
    const spy = jest.spyOn(sql, 'inWorkspace').mockImplementation(async (...given) => {
      if (!given[1].startsWith('with ended as')) return run(...given);
      most = Math.max(most, (now += 1));
      await sleep(30);
      return run(...given).finally(() => (now -= 1));
    });
    const conversations = await Promise.all(
      Array.from({ length: 12 }, () => openConversation(editor, botId)),
    );

    const answers = await Promise.all(conversations.map((id) => ask(editor, id, QUESTION)));

    spy.mockRestore();
    expect(answers.map(({ body }) => body.answer.status)).toEqual(answers.map(() => 'complete'));
    expect(most).toBe(3);
  });

  it('tells the model what was said before, but not what failed', async () => {
    const conversationId = await openConversation(editor, await botOn('speaking'));
    await ask(editor, conversationId, QUESTION);

    await ask(editor, conversationId, 'And when does the shop in Bergen close?');

    expect(speaking.requests.at(-1)?.messages.map(({ content }) => content)).toEqual([
      'When does the shop in Bergen open?',
      'It opens at ten [1]. And the moon  is blue.',
      'And when does the shop in Bergen close?',
    ]);
  });

  it('gives a repeated message the first answer, and asks no model', async () => {
    const conversationId = await openConversation(editor, await botOn('speaking'));
    const headers = { 'idempotency-key': `key-${conversationId}` };
    const twin = { conversationId, body: { content: 'When?' }, headers };
    const asked = speaking.requests.length;

    const first = await editor.send('conversations.ask', twin);
    const again = await editor.send('conversations.ask', twin);
    const other = await editor.post(
      `/v1/conversations/${conversationId}/messages`,
      { content: 'Where?' },
      headers,
    );

    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(other.body).toMatchObject({ status: 409, code: 'idempotency.key_reused' });
    expect(speaking.requests.length).toBe(asked + 1);
    expect(await messagesOf(editor, conversationId)).toHaveLength(2);
  });

  it('plays a repeated stream again', async () => {
    const conversationId = await openConversation(editor, await botOn('speaking'));
    const read = async (): Promise<string> => {
      const answer = await editor.call<string>(
        'POST',
        `/v1/conversations/${conversationId}/messages`,
        { content: 'When?' },
        { accept: 'text/event-stream', 'idempotency-key': `stream-${conversationId}` },
      );
      return answer.body;
    };

    const first = await read();
    const again = await read();

    expect(first).toContain('event: message.completed');
    expect(again).toBe(first);
    expect(await messagesOf(editor, conversationId)).toHaveLength(2);
  });

  it('are listed newest first, filtered and in pages that stay stable while messages arrive', async () => {
    const botId = await botOn('speaking');
    const ids = [];
    for (const externalUserId of ['ada', 'bob', 'ada']) {
      ids.unshift(await openConversation(editor, botId, { externalUserId, metadata: { page: '/' } }));
    }
    const list = async (query: InputOf<'conversations.list'>): Promise<ConversationPage> =>
      (await editor.send('conversations.list', query)).body;

    const first = await list({ limit: 2 });
    await openConversation(editor, botId);
    await ask(editor, ids[2] ?? '', QUESTION);
    const second = await list({ limit: 2, cursor: first.nextCursor ?? '' });

    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids);
    expect((await list({ externalUserId: 'ada' })).data).toHaveLength(2);
    expect((await list({ botId, answered: true })).data.map(({ id }) => id)).toEqual([ids[2]]);
    expect((await list({ answered: false })).data).toEqual([]);
    expect((await list({ to: '2020-01-01T00:00:00Z' })).data).toEqual([]);
    expect((await list({ from: '2020-01-01T00:00:00Z' })).data).toHaveLength(4);
  });

  it('take feedback on answers, the last word counts, and lists find it', async () => {
    const conversationId = await openConversation(editor, await botOn('speaking'));
    const { body } = await ask(editor, conversationId, QUESTION);

    const messageId = body.answer.id;
    await editor.send('messages.rate', { messageId, body: { rating: 'up' } });
    const rated = await editor.send('messages.rate', {
      messageId,
      body: { rating: 'down', comment: 'Not blue.' },
    });
    const question = await editor.post(`/v1/messages/${body.message.id}/feedback`, { rating: 'up' });

    expect(rated.body.feedback).toEqual({ rating: 'down', comment: 'Not blue.', reason: null });
    expect((await messagesOf(editor, conversationId))[1]?.feedback).toEqual({
      rating: 'down',
      comment: 'Not blue.',
      reason: null,
    });
    expect(question.body).toMatchObject({ status: 409, code: 'conversations.not_an_answer' });
    const down = await editor.send('conversations.list', { rating: 'down' });
    const up = await editor.send('conversations.list', { rating: 'up' });
    expect([down.body.data.length, up.body.data.length]).toEqual([1, 0]);
  });

  it('are removed with all that was said', async () => {
    const conversationId = await openConversation(editor, await botOn('speaking'));
    const { body } = await ask(editor, conversationId, QUESTION);

    const removed = await editor.send('conversations.remove', { conversationId });

    expect(removed.status).toBe(204);
    expect((await editor.get(`/v1/conversations/${conversationId}`)).status).toBe(404);
    expect((await editor.post(`/v1/messages/${body.answer.id}/feedback`, { rating: 'up' })).status).toBe(404);
  });

  it('of others are hidden from viewers, who have their own', async () => {
    const botId = await botOn('speaking');
    const foreign = await openConversation(editor, botId);
    const { body } = await ask(editor, foreign, QUESTION);
    const viewer = await workspace.as('viewer');
    const own = await openConversation(viewer, botId);

    const statuses = await Promise.all([
      viewer.get(`/v1/conversations/${foreign}`),
      viewer.get(`/v1/conversations/${foreign}/messages`),
      viewer.post(`/v1/conversations/${foreign}/messages`, { content: 'Let me in' }),
      viewer.post(`/v1/messages/${body.answer.id}/feedback`, { rating: 'down' }),
    ]);

    expect(statuses.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await viewer.call('DELETE', `/v1/conversations/${own}`)).status).toBe(403);
    expect((await ask(viewer, own, QUESTION)).body.answer.answered).toBe(true);
    const list = await viewer.send('conversations.list');
    expect(list.body.data.map(({ id }) => id)).toEqual([own]);
    const answered = await viewer.send('conversations.list', { answered: true });
    expect(answered.body.data.map(({ id }) => id)).toEqual([own]);
  });
});
