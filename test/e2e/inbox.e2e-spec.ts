import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { ask, createBot, ended, openConversation } from '../support/journey.js';

const talking = new FakeChatModel('talking', {
  texts: ['Gladly.'],
  usage: { inputTokens: 1, outputTokens: 1 },
});

describeOnEachDatabase('the inbox', (target) => {
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let analyst: TestMember;
  let editor: TestMember;
  let botId: string;

  const idsWith = async (who: TestMember, query: string): Promise<string[]> => {
    const { body } = await who.get<{ data: { id: string }[] }>(`/v1/conversations?${query}`);
    return body.data.map(({ id }) => id);
  };
  const talk = async (): Promise<string> => {
    const id = await openConversation(editor, botId);
    await ask(editor, id, 'May I ask something?');
    return id;
  };

  beforeAll(async () => {
    testApp = await createTestApp({ target, chatModels: [talking] });
  });

  beforeEach(async () => {
    workspace = await testApp.workspace();
    editor = await workspace.as('editor');
    analyst = await workspace.as('analyst');
    botId = (await createBot(editor, { model: { provider: 'talking', name: 'any' } })).id;
  });

  afterAll(async () => {
    await testApp.close();
  });

  it('keeps state, assignee and tags of a conversation', async () => {
    const [one, two] = [await talk(), await talk()];

    const { body } = await analyst.send('inbox.update', {
      conversationId: one,
      body: { status: 'resolved', assigneeId: analyst.user.id, tags: ['billing ', 'urgent', ' billing'] },
    });

    expect(body).toMatchObject({
      ...{ status: 'resolved', assigneeId: analyst.user.id, tags: ['billing', 'urgent'], isUnread: true },
      firstReplyAt: expect.any(String),
    });
    expect(await idsWith(analyst, 'status=resolved')).toEqual([one]);
    expect(await idsWith(analyst, 'assignedTo=me')).toEqual([one]);
    expect(await idsWith(editor, 'assignedTo=me')).toEqual([]);
    expect(await idsWith(editor, 'assignedTo=nobody')).toEqual([two]);
    expect(await idsWith(analyst, 'tag=urgent&status=resolved')).toEqual([one]);
    await analyst.send('inbox.update', {
      conversationId: one,
      body: { tags: ['billing'], assigneeId: null },
    });
    expect(await idsWith(analyst, 'tag=urgent')).toEqual([]);
    expect((await analyst.send('inbox.listTags')).body.data).toEqual([{ tag: 'billing', count: 1 }]);
  });

  it('opens a resolved conversation again when something is said', async () => {
    const id = await talk();
    await editor.send('inbox.update', { conversationId: id, body: { status: 'resolved' } });

    await ask(editor, id, 'One more thing?');

    expect((await editor.send('conversations.get', { conversationId: id })).body.status).toBe('open');
  });

  it('tells each member what is unread', async () => {
    const id = await talk();
    await analyst.send('inbox.markRead', { conversationId: id });

    expect(await idsWith(analyst, 'unread=true')).toEqual([]);
    expect(await idsWith(analyst, 'unread=false')).toEqual([id]);
    expect(await idsWith(editor, 'unread=true')).toEqual([id]);
    await ask(editor, id, 'And this?');
    expect(await idsWith(analyst, 'unread=true')).toEqual([id]);
    await analyst.send('inbox.markRead', { conversationId: id });
    await analyst.send('inbox.markUnread', { conversationId: id });
    expect(await idsWith(analyst, 'unread=true')).toEqual([id]);
  });

  it('keeps notes for the team, which those who are talked with never see', async () => {
    const viewer = await workspace.as('viewer');
    const own = await openConversation(viewer, botId);
    const { body } = await analyst.send('inbox.addNote', {
      conversationId: own,
      body: { content: '<b>Rude</b>' },
    });

    expect(body).toMatchObject({ content: '<b>Rude</b>', authorId: analyst.user.id });
    expect((await analyst.send('inbox.listNotes', { conversationId: own })).body.data).toHaveLength(1);
    expect((await viewer.get(`/v1/conversations/${own}/notes`)).status).toBe(403);
    await editor.send('inbox.removeNote', { conversationId: own, noteId: body.id });
    expect((await analyst.send('inbox.listNotes', { conversationId: own })).body.data).toEqual([]);
  });

  it('refuses an assignee who is no member', async () => {
    const id = await talk();
    const stranger = await (await testApp.workspace()).as('owner');

    for (const assigneeId of [stranger.user.id, newId()]) {
      const { status, body } = await editor.call('PATCH', `/v1/conversations/${id}`, { assigneeId });
      expect([status, body['code']]).toEqual([422, 'invalid_fields']);
    }
  });

  it('keeps no filter that names what is not of the workspace', async () => {
    const stranger = await (await testApp.workspace()).as('owner');
    const foreignBot = (await createBot(stranger)).id;

    for (const name of ['botId', 'datasourceId', 'topicId', 'assignedTo']) {
      for (const id of [newId(), name === 'botId' ? foreignBot : stranger.user.id]) {
        const answer = await editor.post('/v1/conversation-views', { name, filter: { [name]: id } });
        expect([answer.status, answer.body['errors']]).toMatchObject([422, [{ path: `filter.${name}` }]]);
      }
    }
  });

  it('keeps filters under names for the team, seen with the eyes of whoever looks', async () => {
    const [one] = [await talk(), await talk()];
    await editor.send('inbox.update', { conversationId: one, body: { assigneeId: analyst.user.id } });
    const { body: view } = await editor.send('conversationViews.create', {
      body: { name: 'Mine', filter: { assignedTo: 'me', botId, metadata: {} } },
    });

    const seenBy = async (who: TestMember): Promise<number> =>
      (await who.send('conversationViews.listConversations', { viewId: view.id })).body.data.length;
    expect([await seenBy(analyst), await seenBy(editor)]).toEqual([1, 0]);
    expect((await analyst.send('conversationViews.list')).body.data).toMatchObject([{ name: 'Mine' }]);
    const twin = await editor.post('/v1/conversation-views', { name: 'MINE', filter: {} });
    expect([twin.status, twin.body['code']]).toEqual([409, 'conversations.view_name_taken']);
    await editor.send('conversationViews.update', { viewId: view.id, body: { name: 'All', filter: {} } });
    expect([await seenBy(analyst), await seenBy(editor)]).toEqual([2, 2]);
    await editor.send('conversationViews.remove', { viewId: view.id });
    expect((await editor.get(`/v1/conversation-views/${view.id}`)).status).toBe(404);
  });

  it('changes and removes all conversations that a filter finds, and no others', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 4; count += 1) ids.push(await talk());
    const [first = ''] = ids;
    await editor.send('inbox.update', { conversationId: first, body: { tags: ['keep'] } });

    const { body: started } = await editor.send('inbox.changeMany', {
      body: {
        filter: { assignedTo: 'nobody' },
        change: { status: 'resolved', addTags: ['done'], removeTags: ['keep'] },
      },
    });
    const job = await ended(editor, started.job.id);

    expect([started.matched, job.state, job.result]).toEqual([4, 'succeeded', { changed: 4 }]);
    expect(await idsWith(editor, 'status=resolved&tag=done')).toEqual([...ids].reverse());
    expect(await idsWith(editor, 'tag=keep')).toEqual([]);
    await editor.send('inbox.update', { conversationId: first, body: { status: 'open' } });
    const { body: removal } = await editor.send('inbox.changeMany', {
      body: { filter: { status: 'resolved' }, change: { delete: true } },
    });
    expect((await ended(editor, removal.job.id)).state).toBe('succeeded');
    expect(await idsWith(editor, 'limit=50')).toEqual([first]);
    const idle = await editor.post('/v1/conversations/bulk', { filter: {}, change: { addTags: [] } });
    expect([idle.status, idle.body['errors']]).toEqual([
      422,
      [{ path: 'change', message: 'must change something' }],
    ]);
    const refused = await analyst.post('/v1/conversations/bulk', { filter: {}, change: { delete: true } });
    expect(refused.status).toBe(403);
    expect(await testApp.published('conversations.bulk_changed')).toHaveLength(2);
    const { body: log } = await workspace
      .as('owner')
      .then((owner) => owner.send('auditLog.list', { action: 'conversations.bulk_change' }));
    expect(log.data).toMatchObject([
      { userId: editor.user.id, details: { matched: 3, delete: true } },
      { userId: editor.user.id, details: { matched: 4, status: 'resolved', tagsAdded: 1, tagsRemoved: 1 } },
    ]);
  });

  it('shows nothing of it to other workspaces', async () => {
    const id = await talk();
    const stranger = await (await testApp.workspace()).as('owner');

    for (const [method, path, body] of [
      ['PATCH', `/v1/conversations/${id}`, { status: 'archived' }],
      ['POST', `/v1/conversations/${id}/read`, {}],
      ['POST', `/v1/conversations/${id}/notes`, { content: 'x' }],
      ['GET', `/v1/conversations/${id}/notes`, undefined],
    ] as const)
      expect((await stranger.call(method, path, body)).status).toBe(404);
    const { body } = await stranger.post('/v1/conversations/bulk', { filter: {}, change: { delete: true } });
    await ended(stranger, (body as { job: { id: string } }).job.id);
    expect(await idsWith(editor, 'limit=5')).toEqual([id]);
  });
});
