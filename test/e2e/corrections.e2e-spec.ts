import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ask, createBot, ended, openConversation } from '../support/journey.js';

describeOnEachDatabase('corrections and learned answers', (target) => {
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let owner: TestMember;
  let editor: TestMember;
  let analyst: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
    workspace = await testApp.workspace();
    owner = await workspace.as('owner');
    editor = await workspace.as('editor');
    analyst = await workspace.as('analyst');
  });

  afterAll(async () => {
    await testApp.close();
  });

  it('has a bot learn a corrected answer with one call, and leaves the answer as it was given', async () => {
    const bot = await createBot(editor);
    const conversationId = await openConversation(editor, bot.id);
    const { body: before } = await ask(editor, conversationId, 'How long is the warranty of the lamp?');
    expect(before.answer.answered).toBe(false);
    const messageId = before.answer.id;
    const content = 'The lamp comes with a warranty of 24 months.';

    await analyst.send('corrections.put', { messageId, body: { content: 'Three months?' } });
    const { body: correction } = await analyst.send('corrections.put', { messageId, body: { content } });
    expect(correction).toMatchObject({ question: 'How long is the warranty of the lamp?', content });
    const { body: learned } = await editor.send('corrections.learn', { messageId, body: {} });
    expect((await ended(editor, learned.job.id)).state).toBe('succeeded');

    const { body: after } = await ask(
      editor,
      await openConversation(editor, bot.id),
      'How long is the warranty of the lamp?',
    );
    expect(after.answer).toMatchObject({ answered: true, citations: [{ quote: content }] });
    expect(after.answer.content).toContain('24 months');
    const { body: kept } = await editor.send('conversations.listMessages', { conversationId });
    expect(kept.data[1]?.content).toBe(before.answer.content);
    expect(await testApp.published('answer.corrected')).toHaveLength(2);
  });

  it('changes the pair when a correction is learned again', async () => {
    const bot = await createBot(editor);
    const { body } = await ask(editor, await openConversation(editor, bot.id), 'Where is the shop?');
    const messageId = body.answer.id;
    const learn = async (content: string): Promise<string> => {
      await editor.send('corrections.put', { messageId, body: { content, question: 'Where is your shop?' } });
      const { body: learned } = await editor.send('corrections.learn', { messageId, body: {} });
      await ended(editor, learned.job.id);
      return learned.learnedDatasourceId ?? '';
    };

    const datasourceId = await learn('In Bergen.');
    expect(await learn('In Oslo, at the harbour.')).toBe(datasourceId);

    const { body: log } = await owner.send('auditLog.list', { subjectId: messageId });
    expect(log.data.map(({ action }) => action)).toEqual([
      'correction.learn',
      'correction.put',
      'correction.learn',
      'correction.put',
    ]);
    expect(JSON.stringify(log.data)).not.toContain('harbour');
    const { body: items } = await editor.send('qaItems.list', { datasourceId });
    expect(items.data).toMatchObject([
      { question: 'Where is your shop?', answer: 'In Oslo, at the harbour.', originId: messageId },
    ]);
  });

  it('makes sources of questions and answers, each pair one passage', async () => {
    const pairs = [
      { question: 'Do you ship to Norway?', answer: '# Yes\n\nWithin three days.\n\n## Details\n\nBy sea.' },
      { question: 'Is there a <b>discount</b>?', answer: 'Ten percent for students.' },
    ];
    const bot = await createBot(editor);
    const { body: made } = await editor.send('datasources.create', {
      body: { type: 'qa', name: 'Answers', items: pairs, botIds: [bot.id] },
    });
    expect((await ended(editor, made.job.id)).state).toBe('succeeded');
    const chunkTexts = async (): Promise<string[]> => {
      const { body: documents } = await editor.send('datasources.listDocuments', { datasourceId: made.id });
      const { body: chunks } = await editor.send('datasources.listChunks', {
        datasourceId: made.id,
        documentId: documents.data[0]?.id ?? '',
      });
      return chunks.data.map(({ text }) => text);
    };
    expect(await chunkTexts()).toEqual(pairs.map(({ answer }) => answer));

    const { body: items } = await editor.send('qaItems.list', { datasourceId: made.id });
    const [first, second] = items.data;
    const changed = await editor.send('qaItems.change', {
      datasourceId: made.id,
      itemId: second?.id ?? '',
      body: { answer: 'Twenty percent for students.' },
    });
    await ended(editor, changed.body.job.id);
    await editor.send('qaItems.remove', { datasourceId: made.id, itemId: first?.id ?? '' });
    const added = await editor.send('qaItems.add', {
      datasourceId: made.id,
      body: { items: [{ question: 'Do you repair lamps?', answer: 'Lamps are repaired in the workshop.' }] },
    });
    await ended(editor, added.body.job.id);

    // A reading that was under way is followed by another one.
    const now = ['Twenty percent for students.', 'Lamps are repaired in the workshop.'];
    expect(await eventually(chunkTexts, (texts) => texts.length === now.length)).toEqual(now);
    const { body } = await ask(editor, await openConversation(editor, bot.id), 'Do you repair lamps?');
    expect(body.answer.citations).toMatchObject([{ quote: 'Lamps are repaired in the workshop.' }]);
  });

  it('refuses what is no answer, no correction, no source of questions, and who has no right', async () => {
    const bot = await createBot(editor);
    const { body } = await ask(editor, await openConversation(editor, bot.id), 'Anything?');
    const [question, answer] = [body.message.id, body.answer.id];
    const text = await editor.send('datasources.create', { body: { type: 'text', content: 'Some text.' } });
    const path = `/v1/messages/${answer}/correction`;

    expect((await editor.call('PUT', `/v1/messages/${question}/correction`, { content: 'x' })).status).toBe(
      409,
    );
    expect((await editor.post(`${path}/learn`)).status).toBe(404);
    await editor.send('corrections.put', { messageId: answer, body: { content: 'x' } });
    expect((await analyst.post(`${path}/learn`)).status).toBe(403);
    expect((await editor.post(`${path}/learn`, { datasourceId: text.body.id })).status).toBe(409);
    expect((await editor.post(`${path}/learn`, { datasourceId: newId() })).status).toBe(404);
    expect(
      (
        await editor.post(`/v1/datasources/${text.body.id}/items`, {
          items: [{ question: 'q', answer: 'a' }],
        })
      ).status,
    ).toBe(409);
    const stranger = await (await testApp.workspace()).as('owner');
    expect((await stranger.get(path)).status).toBe(404);
    expect((await stranger.call('PUT', path, { content: 'x' })).status).toBe(404);
    await editor.send('corrections.remove', { messageId: answer });
    expect((await editor.get(path)).status).toBe(404);
  });

  it('keeps why somebody rated an answer so', async () => {
    const { body } = await ask(editor, await openConversation(editor, (await createBot(editor)).id), 'Well?');
    const { body: rated } = await editor.send('messages.rate', {
      messageId: body.answer.id,
      body: { rating: 'down', reason: 'outdated' },
    });

    expect(rated.feedback).toEqual({ rating: 'down', reason: 'outdated', comment: null });
    expect(
      (await editor.post(`/v1/messages/${body.answer.id}/feedback`, { rating: 'up', reason: 'x' })).status,
    ).toBe(422);
  });
});
