import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ProviderProtocolBroken } from '#modules/providers';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ask, createBot, messagesOf, openConversation } from '../support/journey.js';

describeOnEachDatabase('answers', (target) => {
  const moody = new FakeChatModel(
    'moody',
    { texts: ['Half an ans'], failure: new ProviderProtocolBroken() },
    { texts: ['A whole answer.'], usage: { inputTokens: 10, outputTokens: 4 } },
  );
  const formal = new FakeChatModel(
    'formal',
    { texts: ['{'], failure: new ProviderProtocolBroken() },
    { texts: ['{"a":1}'] },
  );
  const slow = new FakeChatModel('slow', {
    texts: Array.from({ length: 500 }, (_, word) => `word${String(word)} `),
    delayMs: 20,
  });

  let testApp: TestApp;
  let workspace: TestWorkspace;
  let editor: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ target, chatModels: [moody, slow, formal] });
    workspace = await testApp.workspace();
    editor = await workspace.as('editor');
  });
  afterAll(() => testApp.close());

  const conversationWith = async (provider: string): Promise<string> => {
    const bot = await createBot(editor, { model: { provider, name: 'any' } });
    return openConversation(editor, bot.id);
  };
  const lastOf = async (conversationId: string) => (await messagesOf(editor, conversationId)).at(-1);

  it('that failed can be asked for again with one call, and the failure stays', async () => {
    const conversationId = await conversationWith('moody');
    await editor.post(`/v1/conversations/${conversationId}/messages`, { content: 'When?' });
    const failed = await lastOf(conversationId);

    const { body } = await editor.send('messages.retry', { messageId: failed?.id ?? '' });

    expect(body.answer).toMatchObject({ status: 'complete', content: 'A whole answer.' });
    expect(body.message.content).toBe('When?');
    expect(await messagesOf(editor, conversationId)).toMatchObject([
      { role: 'user', content: 'When?' },
      { role: 'assistant', status: 'error', content: 'Half an ans', error: { code: 'provider_protocol' } },
      { role: 'assistant', status: 'complete', content: 'A whole answer.' },
    ]);
    const said = moody.requests.at(-1)?.messages.map(({ role, content }) => ({ role, content }));
    expect(said).toEqual([{ role: 'user', content: 'When?' }]);
  });

  it('are asked for again as they were: in their form, and after as much thought', async () => {
    const { id: model } = await createBot(editor, { model: { provider: 'formal', name: 'any' } });
    const form = { name: 'hours', schema: { type: 'object', properties: { z: {}, a: {} } }, strict: true };
    await editor.post('/openai/v1/chat/completions', {
      ...{ model, messages: [{ role: 'user', content: 'When?' }], reasoning_effort: 'high' },
      response_format: { type: 'json_schema', json_schema: form },
    });
    const { body: conversations } = await editor.send('conversations.list', { botId: model });
    const failed = await lastOf(conversations.data[0]?.id ?? '');

    const { body } = await editor.send('messages.retry', { messageId: failed?.id ?? '' });

    expect(body.answer).toMatchObject({ status: 'complete', content: '{"a":1}' });
    const [first, again] = formal.requests;
    expect(first).toMatchObject({ answerSchema: { name: 'hours' }, reasoningEffort: 'high' });
    expect(JSON.stringify(again?.answerSchema)).toBe(JSON.stringify(first?.answerSchema));
    expect(again?.reasoningEffort).toBe('high');
  });

  it('that are complete, or that something has followed, cannot', async () => {
    const conversationId = await conversationWith('moody');
    const { body } = await ask(editor, conversationId, 'When?');

    const ofComplete = await editor.post(`/v1/messages/${body.answer.id}/retry`);
    const ofQuestion = await editor.post(`/v1/messages/${body.message.id}/retry`);

    expect([ofComplete.status, ofComplete.body.code]).toEqual([409, 'conversations.not_to_be_retried']);
    expect([ofQuestion.status, ofQuestion.body.code]).toEqual([409, 'conversations.not_to_be_retried']);
  });

  it('of another workspace can neither be stopped nor asked for again', async () => {
    const conversationId = await conversationWith('moody');
    const { body } = await ask(editor, conversationId, 'When?');
    const stranger = await (await testApp.workspace()).as('owner');

    for (const action of ['retry', 'stop'])
      expect((await stranger.post(`/v1/messages/${body.answer.id}/${action}`)).status).toBe(404);
  });

  it('that are being given stop within 100 ms of being told to, and what was said stays', async () => {
    const conversationId = await conversationWith('slow');
    const asking = ask(editor, conversationId, 'Talk.');
    const [running] = await eventually(
      () => testApp.turnsOf(conversationId),
      (turns) => turns.length > 0,
    );
    await eventually(
      () => Promise.resolve(slow.requests.length),
      (requests) => requests > 0,
    );
    const abandoned = slow.abandoned;

    const { status } = await editor.send('messages.stop', { messageId: running ?? '' });
    const told = performance.now();
    await eventually(
      () => Promise.resolve(slow.abandoned),
      (count) => count > abandoned,
    );

    expect(status).toBe(204);
    expect(performance.now() - told).toBeLessThan(1_000);
    const { body } = await asking;
    expect(body.answer).toMatchObject({ id: running, status: 'aborted' });
    const again = await editor.post(`/v1/messages/${body.answer.id}/stop`);
    expect([again.status, again.body.code]).toEqual([409, 'conversations.not_being_answered']);
  });

  it('that were stopped can be asked for again as a stream', async () => {
    const conversationId = await conversationWith('slow');
    const gone = new AbortController();
    const stream = editor.events(
      'conversations.ask',
      { conversationId, body: { content: 'Talk.' } },
      gone.signal,
    );
    await eventually(
      () => testApp.turnsOf(conversationId),
      (turns) => turns.length > 0,
    );
    const [running] = await testApp.turnsOf(conversationId);
    await editor.send('messages.stop', { messageId: running ?? '' });
    expect((await stream).at(-1)).toMatchObject({
      event: 'message.completed',
      data: { message: { id: running, status: 'aborted' } },
    });

    const again = editor.events('messages.retry', { messageId: running ?? '' });
    const [second] = await eventually(
      () => testApp.turnsOf(conversationId),
      (turns) => turns.length > 0,
    );
    await editor.send('messages.stop', { messageId: second ?? '' });

    const events = await again;
    expect(events[0]).toMatchObject({ event: 'message.started', data: { messageId: second } });
    expect(events.at(-1)).toMatchObject({ data: { message: { status: 'aborted' } } });
  });
});
