import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Sql } from '#common/database';
import { VisitorErasers } from '#modules/conversations';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { filesWith, tablesWith } from '../support/everything-kept.js';
import { exportFile, fetchFile } from '../support/exports.js';
import type { ErasureResponse } from '../support/generated/api.js';
import { ask, createBot, ended, messagesOf } from '../support/journey.js';

const SUBJECT = 'visitor-zenobia-4711';
const SECRET = 'My grandmother Zenobia rides a xylobike.';
const speaking = new FakeChatModel('speaking', { texts: ['A xylobike, Zenobia!'] });
const plain = new FakeChatModel('plain', { texts: ['At ten.'] });
const slow = new FakeChatModel('slow', {
  texts: Array.from({ length: 400 }, () => 'xylobike '),
  delayMs: 20,
});

describeOnEachDatabase('erasing a person', (target) => {
  let testApp: TestApp;
  let sql: Sql;
  let workspace: TestWorkspace;
  let admin: TestMember;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target, chatModels: [speaking, plain, slow] });
    sql = testApp.app.get(Sql);
  });

  beforeEach(async () => {
    workspace = await testApp.workspace();
    admin = await workspace.as('admin');
    botId = (await createBot(admin, { model: { provider: 'speaking', name: 'any' } })).id;
  });

  afterAll(() => testApp.close());

  const open = async (externalUserId: string, bot = botId): Promise<string> =>
    (
      await admin.send('conversations.create', {
        botId: bot,
        body: { externalUserId, metadata: { who: externalUserId } },
      })
    ).body.id;

  const erased = async (erasure: ErasureResponse): Promise<ErasureResponse> => {
    await ended(admin, erasure.job?.id ?? '');
    return (await admin.send('erasures.get', { erasureId: erasure.id })).body;
  };

  it('removes files that were exported, which may tell of the person', async () => {
    const conversationId = await open(SUBJECT);
    await ask(admin, conversationId, SECRET);
    const { export: one } = await exportFile(admin, { resource: 'messages', format: 'jsonl' });
    expect(filesWith(testApp.config.storage.dataDir, 'xylobike')).toHaveLength(1);

    const { body: started } = await admin.send('erasures.start', { body: { externalUserId: SUBJECT } });
    const certificate = await erased(started);

    expect(certificate.removed).toMatchObject({ exports: 1 });
    expect(filesWith(testApp.config.storage.dataDir, 'xylobike')).toEqual([]);
    expect((await fetchFile(admin, `/v1/exports/${one.id}/download`)).status).toBe(409);
  });

  it('leaves nothing of one, all of everybody else, and a certificate', async () => {
    const mine = [await open(SUBJECT), await open(SUBJECT)];
    const plainBot = await createBot(admin, { model: { provider: 'plain', name: 'any' } });
    const other = await open('visitor-of-another-name', plainBot.id);
    for (const conversationId of mine) await ask(admin, conversationId, SECRET);
    await ask(admin, other, 'When is my bicycle ready?');
    const [, answer] = await messagesOf(admin, mine[0] ?? '');
    await admin.send('messages.rate', {
      messageId: answer?.id ?? '',
      body: { rating: 'down', comment: 'Not what Zenobia wanted' },
    });
    await admin.post(
      `/v1/conversations/${mine[1] ?? ''}/messages`,
      { content: SECRET },
      { 'idempotency-key': 'once' },
    );

    const { body: started } = await admin.send('erasures.start', { body: { externalUserId: SUBJECT } });
    const certificate = await erased(started);

    expect(certificate).toMatchObject({
      subjectHash: createHash('sha256').update(SUBJECT).digest('hex'),
      requestedById: admin.user.id,
      job: { state: 'succeeded' },
      removed: { conversations: 2, messages: 6, message_feedback: 1, answersKept: 1 },
    });
    expect(certificate.finishedAt).not.toBeNull();
    const { body: log } = await admin.send('auditLog.list', { subjectId: certificate.id });
    expect(log.data).toMatchObject([
      { action: 'erasure.start', details: { subjectHash: certificate.subjectHash } },
    ]);
    for (const trace of ['zenobia', 'xylobike']) {
      expect(await tablesWith(sql, trace, workspace.id)).toEqual([]);
      expect(filesWith(testApp.config.storage.dataDir, trace)).toEqual([]);
    }
    expect(await messagesOf(admin, other)).toHaveLength(2);
    for (const conversationId of mine)
      expect((await admin.get(`/v1/conversations/${conversationId}`)).status).toBe(404);
    const { status, body } = await admin.post(
      `/v1/conversations/${other}/messages`,
      { content: 'Anything else?' },
      { 'idempotency-key': 'once' },
    );
    expect({ status, body: JSON.stringify(body).includes('grandmother') }).toEqual({
      status: 200,
      body: false,
    });
  });

  it('asks every place that keeps something of conversations, and counts what it says', async () => {
    const conversationId = await open(SUBJECT);
    const asked: unknown[] = [];
    testApp.app.get(VisitorErasers).register({
      erase: (talks) => {
        if (talks.workspaceId !== workspace.id) return Promise.resolve({});
        asked.push(talks);
        return Promise.resolve({ samples: talks.conversationIds.length * 3 });
      },
    });

    const certificate = await erased(
      (await admin.send('erasures.start', { body: { externalUserId: SUBJECT } })).body,
    );

    expect(asked).toContainEqual({
      workspaceId: workspace.id,
      externalUserId: SUBJECT,
      conversationIds: [conversationId],
    });
    expect(certificate.removed).toMatchObject({ samples: 3, conversations: 1 });
  });

  it('erases what arrives meanwhile, also an answer that is being given', async () => {
    const slowBot = await createBot(admin, { model: { provider: 'slow', name: 'any' } });
    const conversationId = await open(SUBJECT, slowBot.id);
    const turn = admin.post(`/v1/conversations/${conversationId}/messages`, { content: SECRET });
    await eventually(
      () => testApp.turnsOf(conversationId),
      (turns) => turns.length > 0,
    );

    const { body: started } = await admin.send('erasures.start', { body: { externalUserId: SUBJECT } });
    await open(SUBJECT);
    await erased(started);
    const { status } = await turn;

    expect(status).toBe(503);
    expect(await tablesWith(sql, 'zenobia', workspace.id)).toEqual([]);
    expect(await tablesWith(sql, 'xylobike', workspace.id)).toEqual([]);
  });

  it('can be done for somebody who was never here, and again', async () => {
    const first = await erased(
      (await admin.send('erasures.start', { body: { externalUserId: 'nobody' } })).body,
    );
    const second = await erased(
      (await admin.send('erasures.start', { body: { externalUserId: 'nobody' } })).body,
    );

    expect(first.removed).toEqual({});
    expect(second.removed).toEqual({});
    const { body } = await admin.send('erasures.list');
    expect(body.data.map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it('takes an id for what it is, whatever signs are in it', async () => {
    const hostile = `%_\\'";--{"a":1}\u202e`;
    const mine = await open(hostile);
    const other = await open(`x${hostile}`);

    await erased((await admin.send('erasures.start', { body: { externalUserId: hostile } })).body);

    expect((await admin.get(`/v1/conversations/${mine}`)).status).toBe(404);
    expect((await admin.get(`/v1/conversations/${other}`)).status).toBe(200);
  });

  it('is refused as long as a hold lies on a conversation, which nothing can delete', async () => {
    const conversationId = await open(SUBJECT);
    await ask(admin, conversationId, SECRET);
    await admin.send('legalHolds.place', { conversationId });

    const erasure = await admin.post('/v1/erasures', { externalUserId: SUBJECT });
    const removal = await admin.call('DELETE', `/v1/conversations/${conversationId}`);
    const removalOfBot = await admin.call('DELETE', `/v1/bots/${botId}`);

    expect(erasure).toMatchObject({ status: 409, body: { code: 'conversations.held' } });
    expect(removal).toMatchObject({ status: 409, body: { code: 'conversations.held' } });
    expect(removalOfBot).toMatchObject({ status: 409, body: { code: 'bots.held' } });
    expect(await messagesOf(admin, conversationId)).toHaveLength(2);

    await admin.send('legalHolds.lift', { conversationId });
    const after = await erased(
      (await admin.send('erasures.start', { body: { externalUserId: SUBJECT } })).body,
    );
    expect(after.removed).toMatchObject({ conversations: 1 });
  });

  it('is refused as long as a hold lies on the bot', async () => {
    const conversationId = await open(SUBJECT);
    await admin.send('botPrivacy.set', { botId, body: { legalHold: true } });

    const erasure = await admin.post('/v1/erasures', { externalUserId: SUBJECT });
    const removal = await admin.call('DELETE', `/v1/conversations/${conversationId}`);
    const removalOfBot = await admin.call('DELETE', `/v1/bots/${botId}`);

    expect([erasure.status, removal.status, removalOfBot.status]).toEqual([409, 409, 409]);
  });

  it('is for administrators, who see the certificates of their workspace only', async () => {
    const editor = await workspace.as('editor');
    const stranger = await (await testApp.workspace()).as('owner');
    const conversationId = await open(SUBJECT);
    const { body } = await admin.send('erasures.start', { body: { externalUserId: 'nobody' } });

    expect((await editor.post('/v1/erasures', { externalUserId: SUBJECT })).status).toBe(403);
    expect((await editor.get(`/v1/erasures/${body.id}`)).status).toBe(403);
    expect((await stranger.get(`/v1/erasures/${body.id}`)).status).toBe(404);
    expect((await stranger.call('PUT', `/v1/conversations/${conversationId}/legal-hold`)).status).toBe(404);
    expect((await editor.call('PUT', `/v1/conversations/${conversationId}/legal-hold`)).status).toBe(403);
    await erased((await stranger.send('erasures.start', { body: { externalUserId: SUBJECT } })).body).catch(
      () => undefined,
    );
    expect((await admin.get(`/v1/conversations/${conversationId}`)).status).toBe(200);
  });

  it.each([[{}], [{ externalUserId: '' }], [{ externalUserId: 5 }], [{ externalUserId: 'a'.repeat(201) }]])(
    'refuses %j',
    async (body) => {
      expect((await admin.post('/v1/erasures', body)).status).toBe(422);
    },
  );
});
