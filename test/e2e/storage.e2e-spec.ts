import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Tenancy } from '#common/database';
import { SweepFiles } from '../../src/modules/datasources/use-cases/sweep-files.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { keptFiles, upload } from '../support/files/upload.js';
import {
  ask,
  createBot,
  createTable,
  ended,
  importFile,
  openConversation,
  sendFile,
} from '../support/journey.js';
import { S3StandIn } from '../support/s3/s3-stand-in.js';

const WARRANTY = 'The lamp comes with a warranty of 24 months from the day of purchase.';
const GUIDE = `# Lamp guide\n\n## Warranty\n\n${WARRANTY}`;

describe('files in a bucket', () => {
  let standIn: S3StandIn;
  let testApp: TestApp;
  let editor: TestMember;

  beforeAll(async () => {
    standIn = await S3StandIn.start();
    testApp = await createTestApp({ env: { ...standIn.env(), STORAGE_S3_PREFIX: 'colloquy' } });
  });
  beforeEach(async () => {
    standIn.objects.clear();
    editor = await (await testApp.workspace()).as('editor');
  });
  afterEach(() => {
    standIn.forgetMishaps();
  });
  afterAll(async () => {
    await testApp.close();
    await standIn.close();
  });

  const download = (datasourceId: string): Promise<Response> =>
    fetch(`${testApp.baseUrl}/v1/datasources/${datasourceId}/file`, {
      headers: { authorization: `Bearer ${editor.token ?? ''}` },
    });

  it('are uploaded, read, asked about, given back and removed', async () => {
    const { id: botId } = await createBot(editor);

    const { body: source } = await upload(editor, 'guide.md', GUIDE, { fields: [['botIds', botId]] });
    await ended(editor, source.job.id);
    const conversation = await openConversation(editor, botId);
    const { answer } = (await ask(editor, conversation, 'How long is the warranty of the lamp?')).body;
    const names = [...standIn.objects.keys()];

    expect(names).toEqual([
      expect.stringMatching(new RegExp(`^colloquy/sources/${editor.actor.workspaceId}/[0-9a-f-]{36}$`)),
    ]);
    expect(answer.citations).toMatchObject([{ title: 'guide.md', quote: WARRANTY }]);
    expect(await (await download(source.id)).text()).toBe(GUIDE);
    expect(keptFiles(testApp.config.storage.dataDir)).toEqual([]);

    await editor.send('datasources.remove', { datasourceId: source.id });
    expect(standIn.objects.size).toBe(0);
  });

  it('are imported into tables', async () => {
    const { tableId } = await createTable(editor, 'Goods');
    const fileId = await sendFile(editor, 'goods.csv', 'Title\nLamp\nChair\n');

    const done = await importFile(editor, tableId, fileId);

    expect(done).toMatchObject({ created: 2, rejected: 0 });
    expect([...standIn.objects.keys()]).toEqual([`colloquy/${fileId}`]);
  });

  it('that lost their rows are swept', async () => {
    const { body: source } = await upload(editor, 'guide.md', GUIDE);
    await ended(editor, source.job.id);
    const [kept] = standIn.objects.values();
    const longAgo = new Date(1_000_000);
    const orphan = `colloquy/sources/${editor.actor.workspaceId}/${source.id}`;
    standIn.objects.set(orphan, { body: Buffer.from('x'), etag: '"x"', modifiedAt: longAgo });
    if (kept) kept.modifiedAt = longAgo;

    const removed = await testApp.app.get(Tenancy).runUnbound(() => testApp.app.get(SweepFiles).execute());

    expect(removed).toBe(1);
    expect((await download(source.id)).status).toBe(200);
  });

  it('cannot be kept or read while the bucket refuses, and all else goes on', async () => {
    const { id: botId } = await createBot(editor);
    const { body: source } = await upload(editor, 'guide.md', GUIDE, { fields: [['botIds', botId]] });
    await ended(editor, source.job.id);
    const refused = { status: 403, code: 'AccessDenied' };
    standIn.mishap(...Array.from({ length: 20 }, () => refused));

    const uploaded = await upload(editor, 'other.md', `${GUIDE} Once more.`);
    const downloaded = await download(source.id);
    const sent = await editor.call('POST', '/v1/import-files?name=a.csv', 'a,b\n1,2\n', {
      'content-type': 'application/octet-stream',
    });
    const ready = await testApp.anonymous.call<object>('GET', '/health/ready');
    const conversation = await openConversation(editor, botId);
    const { answer } = (await ask(editor, conversation, 'How long is the warranty of the lamp?')).body;

    expect(uploaded.status).toBe(503);
    expect(uploaded.body.code).toBe('files.storage_away');
    expect(uploaded.headers.get('retry-after')).toBe('15');
    expect(JSON.stringify(uploaded.body)).not.toContain(standIn.host);
    expect([downloaded.status, sent.status]).toEqual([503, 503]);
    expect(ready).toMatchObject({ status: 200, body: { status: 'ready', dependencies: { files: 'down' } } });
    expect(answer.citations).toMatchObject([{ quote: WARRANTY }]);
    standIn.forgetMishaps();
    expect((await upload(editor, 'other.md', `${GUIDE} Once more.`)).status).toBe(202);
  });

  it('break off on the way to a reader, and are given back whole', async () => {
    const text = `${GUIDE}\n\n${'All lamps are tested twice. '.repeat(4_000)}`;
    const { body: source } = await upload(editor, 'long.md', text);
    await ended(editor, source.job.id);
    standIn.mishap({ method: 'GET', cutAfterBytes: 20_000 }, { method: 'GET', cutAfterBytes: 30_000 });

    expect(await (await download(source.id)).text()).toBe(text);
    expect(standIn.mishapsLeft).toBe(0);
  });
});
