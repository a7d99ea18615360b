import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { read, utils } from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { Sql, Tenancy } from '#common/database';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { exported, exportFile, fetchFile, linesOf } from '../support/exports.js';
import type { ConversationResponse } from '../support/generated/api.js';
import { ask, createBot } from '../support/journey.js';

describeOnEachDatabase('exports', (target) => {
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let editor: TestMember;
  let analyst: TestMember;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
  });
  beforeEach(async () => {
    workspace = await testApp.workspace();
    editor = await workspace.as('editor');
    analyst = await workspace.as('analyst');
    botId = (await createBot(editor)).id;
  });
  afterAll(() => testApp.close());

  const conversation = async (externalUserId = 'ann'): Promise<ConversationResponse> =>
    (
      await editor.send('conversations.create', {
        botId,
        body: { externalUserId, metadata: { plan: 'pro' } },
      })
    ).body;
  const say = async (conversationId: string, content: string) =>
    (await ask(editor, conversationId, content)).body;
  const csvOf = (bytes: Buffer): Record<string, string>[] => parse(bytes, { columns: true, bom: true });

  describe('of messages', () => {
    it('have a row for each as CSV, with what is known of it', async () => {
      const { id } = await conversation();
      const { answer } = await say(id, 'How long, "exactly", is\nthe warranty?');

      const file = await exportFile(analyst, { resource: 'messages', format: 'csv' });

      const rows = csvOf(file.bytes);
      expect(file.export).toMatchObject({ status: 'ready', rows: 2, cutValues: 0, isIncremental: false });
      expect(rows.map(({ role, content }) => [role, content])).toEqual([
        ['user', 'How long, "exactly", is\nthe warranty?'],
        ['assistant', answer.content],
      ]);
      expect(rows[1]).toMatchObject({ conversationId: id, botId, externalUserId: 'ann', answered: 'false' });
      expect(file.bytes.toString().split('\r\n').at(-1)).toBe('');
    });

    it('have an object for each as lines of JSON, with values of their types', async () => {
      const { id } = await conversation();
      const { message, answer } = await say(id, 'Hello?');
      await analyst.send('messages.rate', {
        messageId: answer.id,
        body: { rating: 'down', reason: 'wrong', comment: 'No!' },
      });

      const { bytes } = await exportFile(analyst, { resource: 'messages', format: 'jsonl' });

      expect(linesOf(bytes)).toMatchObject([
        { id: message.id, position: 1, role: 'user', rating: null, createdAt: message.createdAt },
        {
          id: answer.id,
          position: 2,
          answered: false,
          rating: 'down',
          ratingReason: 'wrong',
          ratingComment: 'No!',
        },
      ]);
    });

    it('have the columns that are asked for, in their order, and times in the zone that is asked for', async () => {
      const { id } = await conversation();
      const { message } = await say(id, 'Hello?');

      const { bytes, export: one } = await exportFile(analyst, {
        resource: 'messages',
        format: 'csv',
        columns: ['createdAt', 'role', 'metadata'],
        timezone: 'Asia/Kathmandu',
        bom: true,
      });

      const [head, first] = bytes.toString('utf8').split('\r\n');
      expect(head).toBe('\ufeffcreatedAt,role,metadata');
      expect(first).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+05:45,user,"\{""plan"": ?""pro""\}"$/);
      expect(new Date(String(first).slice(0, 29)).toISOString()).toBe(message.createdAt);
      expect(one.columns.map(({ type }) => type)).toEqual(['timestamp', 'text', 'json']);
    });

    it('can be compressed', async () => {
      const { id } = await conversation();
      await say(id, 'Hello?');

      const plain = await exportFile(analyst, { resource: 'messages', format: 'jsonl' });
      const zipped = await exportFile(analyst, { resource: 'messages', format: 'jsonl', gzip: true });

      expect(zipped.export.fileName).toMatch(/^messages-\d{4}-\d\d-\d\d\.jsonl\.gz$/);
      expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
    });

    it('leave out what the filter leaves out', async () => {
      const first = await conversation('ann');
      const second = await conversation('bob');
      await say(first.id, 'From Ann');
      await say(second.id, 'From Bob');
      const other = await createBot(editor);

      const contents = async (filter: object) =>
        linesOf((await exportFile(analyst, { resource: 'messages', format: 'jsonl', filter })).bytes).flatMap(
          ({ role, content }) => (role === 'user' ? [content] : []),
        );

      expect(await contents({ externalUserId: 'bob' })).toEqual(['From Bob']);
      expect(await contents({ botId: other.id })).toEqual([]);
      expect(await contents({ botId, answered: false })).toEqual(['From Ann', 'From Bob']);
      expect(await contents({ rating: 'up' })).toEqual([]);
      expect(await contents({ from: '2100-01-01T00:00:00Z' })).toEqual([]);
      expect(await contents({ to: '2100-01-01T00:00:00Z', channel: 'api' })).toHaveLength(2);
      await analyst.send('handovers.takeOver', { conversationId: second.id });
      expect(await contents({ handedOver: true })).toEqual(['From Bob']);
      expect(await contents({ handedOver: false })).toEqual(['From Ann']);
    });
  });

  it('of messages are workbooks and files of Parquet, which others can read', async () => {
    const { id } = await conversation();
    await say(id, '=HYPERLINK("http://example.com")');

    const workbook = await exportFile(analyst, { resource: 'messages', format: 'xlsx' });
    const columnar = await exportFile(analyst, { resource: 'messages', format: 'parquet' });

    const { Sheets, SheetNames } = read(workbook.bytes);
    const rows = utils.sheet_to_json<Record<string, unknown>>(Sheets[SheetNames[0] ?? ''] ?? {});
    const file = Uint8Array.from(columnar.bytes).buffer;
    const objects = await parquetReadObjects({ file, compressors });
    expect([rows, objects]).toMatchObject([
      [{ role: 'user', content: '=HYPERLINK("http://example.com")' }, { role: 'assistant' }],
      [
        { role: 'user', position: 1n, answered: null },
        { role: 'assistant', answered: false },
      ],
    ]);
  });

  it('of pairs have a question and its last answer in a row', async () => {
    const { id } = await conversation();
    await say(id, 'First?');
    const { answer } = await say(id, 'Second?');

    const { bytes } = await exportFile(analyst, { resource: 'pairs', format: 'jsonl' });

    expect(linesOf(bytes)).toMatchObject([
      { question: 'First?', conversationId: id, position: 1 },
      { question: 'Second?', answerId: answer.id, answer: answer.content, position: 3 },
    ]);
  });

  it('of feedback have what was thought of which answer', async () => {
    const { id } = await conversation();
    const { answer } = await say(id, 'Hello?');
    await analyst.send('messages.rate', {
      messageId: answer.id,
      body: { rating: 'up', reason: 'helpful', comment: '=1+1' },
    });

    const { bytes } = await exportFile(analyst, { resource: 'feedback', format: 'csv' });

    expect(csvOf(bytes)).toMatchObject([
      {
        messageId: answer.id,
        rating: 'up',
        reason: 'helpful',
        comment: "'=1+1",
        answer: answer.content,
        externalUserId: 'ann',
      },
    ]);
  });

  it('of conversations are whole as lines of JSON: all that was said in each', async () => {
    const { id } = await conversation();
    const { message, answer } = await say(id, 'Hello?');
    const empty = await conversation('nobody');

    const { bytes } = await exportFile(analyst, { resource: 'conversations', format: 'jsonl' });

    const records = linesOf<{ messages: { createdAt: string }[] }>(bytes);
    expect(records).toMatchObject([
      {
        ...{ id, botId, channel: 'api', externalUserId: 'ann', metadata: { plan: 'pro' } },
        messages: [
          { id: message.id, role: 'user', content: 'Hello?', citations: [], feedback: null },
          { id: answer.id, role: 'assistant', status: 'complete', answered: false },
        ],
      },
      { id: empty.id, messages: [], lastMessageAt: null },
    ]);
    expect(records[0]?.messages[0]?.createdAt).toBe(message.createdAt);
  });

  it('of conversations have what the team made of them, where that is asked for', async () => {
    const { id } = await conversation();
    await say(id, 'Hello?');
    const assigneeId = analyst.user.id;
    await analyst.send('inbox.update', {
      conversationId: id,
      body: { status: 'resolved', assigneeId, tags: ['urgent', 'billing'] },
    });
    const note = (
      await analyst.send('inbox.addNote', { conversationId: id, body: { content: 'Called "=1+1" back.' } })
    ).body;
    const untouched = await conversation('nobody');
    const columns = [
      ...['id', 'status', 'assigneeId', 'tags', 'notes', 'firstReplyAt', 'lastReplyAt'],
      ...['handedOverAt', 'costUsd', 'errorCount', 'legalHold'],
    ];

    const [lines, csv] = [
      await exportFile(analyst, { resource: 'conversations', format: 'jsonl', columns }),
      await exportFile(analyst, { resource: 'conversations', format: 'csv', columns }),
    ];

    const reply = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/) as unknown;
    expect(linesOf(lines.bytes)).toEqual([
      {
        ...{ id, status: 'resolved', assigneeId, tags: ['billing', 'urgent'] },
        notes: [{ id: note.id, authorId: assigneeId, content: note.content, createdAt: note.createdAt }],
        ...{ firstReplyAt: reply, lastReplyAt: reply, handedOverAt: null, errorCount: 0, legalHold: false },
        costUsd: expect.anything() as unknown,
      },
      {
        ...{ id: untouched.id, status: 'open', assigneeId: null, tags: [], notes: [], firstReplyAt: null },
        ...{ lastReplyAt: null, handedOverAt: null, errorCount: 0, legalHold: false },
        costUsd: expect.anything() as unknown,
      },
    ]);
    const [first] = csvOf(csv.bytes);
    expect(first).toMatchObject({ status: 'resolved', tags: '["billing", "urgent"]', legalHold: 'false' });
  });

  it('have nothing of other workspaces, and nothing but names of columns where there is nothing', async () => {
    const { id } = await conversation();
    await say(id, 'A secret');
    const stranger = await (await testApp.workspace()).as('owner');

    const csv = await exportFile(stranger, { resource: 'messages', format: 'csv' });
    const lines = await exportFile(stranger, { resource: 'conversations', format: 'jsonl' });
    const zipped = await exportFile(stranger, { resource: 'pairs', format: 'jsonl', gzip: true });

    expect(csv.bytes.toString()).toMatch(/^id,conversationId,[\w,]*\r\n$/);
    expect(lines.bytes).toHaveLength(0);
    expect(gunzipSync(zipped.bytes)).toHaveLength(0);
  });

  it('do not have what came later', async () => {
    const { id } = await conversation();
    await say(id, 'Before');
    const { body: begun } = await analyst.send('exports.create', {
      body: { resource: 'messages', format: 'jsonl' },
    });
    await say(id, 'After');

    const later = await exportFile(analyst, {
      resource: 'messages',
      format: 'jsonl',
      since: String(begun.watermark),
    });

    expect(linesOf(later.bytes).map(({ position }) => position)).toEqual([3, 4]);
    expect(later.export.isIncremental).toBe(true);
  });

  describe('since an export before', () => {
    it('have what is new or has changed, once', async () => {
      const first = await conversation();
      const { answer } = await say(first.id, 'First');
      const before = await exported(analyst, { resource: 'messages', format: 'jsonl' });
      await say(first.id, 'Second');
      await analyst.send('messages.rate', { messageId: answer.id, body: { rating: 'up' } });

      const next = await exportFile(analyst, {
        ...{ resource: 'messages', format: 'jsonl', since: String(before.watermark) },
      });
      const last = await exportFile(analyst, {
        ...{ resource: 'messages', format: 'jsonl', since: String(next.export.watermark) },
      });

      expect(linesOf(next.bytes).map(({ position, rating }) => [position, rating])).toEqual(
        expect.arrayContaining([
          [2, 'up'],
          [3, null],
          [4, null],
        ]),
      );
      expect(next.export.rows).toBe(3);
      expect(last.export.rows).toBe(0);
    });

    it('have conversations and pairs in which something was said', async () => {
      const first = await conversation('first');
      await say(first.id, 'One');
      const second = await conversation('second');
      const watermarks = {
        conversations: (await exported(analyst, { resource: 'conversations', format: 'jsonl' })).watermark,
        pairs: (await exported(analyst, { resource: 'pairs', format: 'jsonl' })).watermark,
      };
      await say(second.id, 'Two');

      const conversations = await exportFile(analyst, {
        ...{ resource: 'conversations', format: 'jsonl', since: String(watermarks.conversations) },
      });
      const pairs = await exportFile(analyst, {
        ...{ resource: 'pairs', format: 'jsonl', since: String(watermarks.pairs) },
      });

      expect(linesOf(conversations.bytes)).toMatchObject([{ id: second.id, messages: [{}, {}] }]);
      expect(linesOf(pairs.bytes)).toMatchObject([{ question: 'Two' }]);
    });

    it('have conversations that were rated, corrected, tagged or noted about, and no others', async () => {
      const { id: conversationId } = await conversation('changed');
      const { answer } = await say(conversationId, 'One');
      await say((await conversation('as it was')).id, 'Two');
      const messageId = answer.id;
      const note = { conversationId, noteId: '' };
      const changes: Readonly<Record<string, () => Promise<unknown>>> = {
        'a rating': () => analyst.send('messages.rate', { messageId, body: { rating: 'up' } }),
        'another rating': () => analyst.send('messages.rate', { messageId, body: { rating: 'down' } }),
        'a correction': () => analyst.send('corrections.put', { messageId, body: { content: 'Three.' } }),
        'no correction': () => analyst.send('corrections.remove', { messageId }),
        tags: () => analyst.send('inbox.update', { conversationId, body: { tags: ['vip'] } }),
        'no tags': () => analyst.send('inbox.update', { conversationId, body: { tags: [] } }),
        'a note': async () => {
          const { body } = await analyst.send('inbox.addNote', { conversationId, body: { content: 'Vip.' } });
          note.noteId = body.id;
        },
        'no note': () => analyst.send('inbox.removeNote', note),
        nothing: () => Promise.resolve(),
      };
      const wanted = { resource: 'conversations', format: 'jsonl' } as const;
      let { watermark } = await exported(analyst, wanted);
      const told: Record<string, unknown> = {};

      for (const [change, make] of Object.entries(changes)) {
        await make();
        const next = await exportFile(analyst, { ...wanted, since: String(watermark) });
        told[change] = linesOf(next.bytes).map(({ id }) => id);
        ({ watermark } = next.export);
      }

      const { nothing, ...rest } = told;
      expect(nothing).toEqual([]);
      expect(rest).toEqual(Object.fromEntries(Object.keys(rest).map((change) => [change, [conversationId]])));
    });

    it('are refused for what is no watermark of this resource and workspace', async () => {
      const stranger = await (await testApp.workspace()).as('owner');
      const foreign = await exported(stranger, { resource: 'messages', format: 'csv' });
      const other = await exported(analyst, { resource: 'pairs', format: 'csv' });
      const own = await exported(analyst, { resource: 'messages', format: 'csv' });

      for (const since of [foreign, other]
        .map(({ watermark }) => String(watermark))
        .concat(
          ...[
            'x',
            'a.b',
            '..',
            `${String(own.watermark)}x`,
            String(own.watermark).replace(/^./, 'X'),
            own.id,
          ],
        )) {
        const { status, body } = await analyst.call('POST', '/v1/exports', {
          ...{ resource: 'messages', format: 'csv', since },
        });
        expect([status, body]).toMatchObject([422, { errors: [{ path: 'since' }] }]);
      }
    });
  });

  describe('are refused', () => {
    it.each([
      ['an unknown column', { columns: ['id', 'password'] }, 'columns[1]'],
      ['a column twice', { columns: ['id', 'id'] }, 'columns'],
      ['a zone that is none', { timezone: 'Mars/Olympus' }, 'timezone'],
      ['an offset for a zone', { timezone: '+01:00' }, 'timezone'],
      ['a foreign bot', { filter: { botId: '0199a1b2-0000-7000-8000-000000000000' } }, 'filter.botId'],
      ['a field that no filter has', { filter: { sql: '1=1' } }, 'filter.sql'],
      ['the mark of UTF-8 elsewhere', { format: 'jsonl', bom: true }, 'bom'],
      ['compression of what is compressed', { format: 'xlsx', gzip: true }, 'gzip'],
      ['a table where there is none', { tableId: '0199a1b2-0000-7000-8000-000000000000' }, 'tableId'],
    ])('with %s', async (_, more, path) => {
      const { status, body } = await analyst.call('POST', '/v1/exports', {
        ...{ resource: 'messages', format: 'csv' },
        ...more,
      });

      expect([status, body]).toMatchObject([422, { errors: [{ path }] }]);
    });

    it('to viewers, and to keys that may not read conversations', async () => {
      const viewer = await workspace.as('viewer');

      const { status } = await viewer.call('POST', '/v1/exports', { resource: 'messages', format: 'csv' });

      expect(status).toBe(403);
    });
  });

  describe('can be fetched', () => {
    const ready = async () => {
      const { id } = await conversation();
      await say(id, 'Hello?');
      return exportFile(analyst, { resource: 'messages', format: 'csv' });
    };

    it('in pieces that make the whole, and with no body where only the head is asked for', async () => {
      const { bytes, export: one } = await ready();
      const path = `/v1/exports/${one.id}/download`;
      const half = Math.floor(bytes.length / 2);

      const head = await fetchFile(analyst, path, {}, 'HEAD');
      const etag = head.headers.get('etag') ?? '';
      const start = await fetchFile(analyst, path, { range: `bytes=0-${half - 1}` });
      const rest = await fetchFile(analyst, path, { range: `bytes=${half}-`, 'if-range': etag });
      const tail = await fetchFile(analyst, path, { range: 'bytes=-5' });
      const other = await fetchFile(analyst, path, { range: `bytes=${half}-`, 'if-range': '"another"' });
      const outside = await fetchFile(analyst, path, { range: `bytes=${bytes.length}-` });

      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)]);
      expect(await head.text()).toBe('');
      expect([start.status, start.headers.get('content-range')]).toEqual([
        ...[206, `bytes 0-${half - 1}/${bytes.length}`],
      ]);
      const joined = await Promise.all(
        [start, rest].map(async (one) => Buffer.from(await one.arrayBuffer())),
      );
      expect(Buffer.concat(joined).equals(bytes)).toBe(true);
      expect(Buffer.from(await tail.arrayBuffer()).equals(bytes.subarray(-5))).toBe(true);
      expect(other.status).toBe(200);
      expect([outside.status, outside.headers.get('content-range')]).toEqual([
        416,
        `bytes */${bytes.length}`,
      ]);
      expect(head.headers.get('content-disposition')).toMatch(
        /^attachment; filename="messages-[\d-]+\.csv"; filename\*=UTF-8''messages-[\d-]+\.csv$/,
      );
    });

    it('by whoever holds a signed link, for its time, and of this export only', async () => {
      const { bytes, export: one } = await ready();
      const other = await exported(analyst, { resource: 'pairs', format: 'csv' });
      const { body: link } = await analyst.send('exports.createLink', { exportId: one.id, body: {} });
      const token = link.path.split('token=')[1] ?? '';

      const fetched = await fetchFile(testApp.anonymous, link.path);
      const again = await fetchFile(testApp.anonymous, link.path, { range: 'bytes=0-0' });
      const wrong = await Promise.all(
        [
          `/v1/exports/${other.id}/file?token=${token}`,
          `/v1/exports/${one.id}/file?token=${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
          `/v1/exports/${one.id}/file?token=${one.id}${token.slice(36)}`,
          `/v1/exports/${one.id}/file?token=x`,
        ].map((path) => testApp.anonymous.call('GET', path)),
      );

      expect(Buffer.from(await fetched.arrayBuffer()).equals(bytes)).toBe(true);
      expect(again.status).toBe(206);
      expect(wrong.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
      expect((await testApp.anonymous.call('GET', `/v1/exports/${one.id}/download`)).status).toBe(401);
    });

    it('once by a link for one use, and not by one whose time is over', async () => {
      const { export: one } = await ready();
      const path = async (body: object) =>
        (await analyst.send('exports.createLink', { exportId: one.id, body })).body.path;
      const once = await path({ singleUse: true });
      const short = await path({ expiresInSeconds: 1 });

      const head = await fetchFile(testApp.anonymous, once, {}, 'HEAD');
      const first = await fetchFile(testApp.anonymous, once);
      await first.arrayBuffer();
      const second = await testApp.anonymous.call('GET', once);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      const late = await testApp.anonymous.call('GET', short);

      expect([head.status, first.status, second.status, late.status]).toEqual([200, 200, 403, 403]);
      expect(late.body).toMatchObject({ code: 'exports.link_invalid' });
    });

    it('never by others, and each time is noted', async () => {
      const { export: one } = await ready();
      const stranger = await (await testApp.workspace()).as('owner');
      const admin = await workspace.as('admin');
      const path = `/v1/exports/${one.id}`;

      const foreign = await Promise.all([
        stranger.call('GET', path),
        stranger.call('GET', `${path}/download`),
        stranger.call('POST', `${path}/links`, {}),
        stranger.call('DELETE', path),
      ]);
      const { body } = await admin.send('auditLog.list', { subjectId: one.id });

      expect(foreign.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
      expect(body.data).toMatchObject([
        { action: 'export.download', actorKind: 'user', userId: analyst.user.id, subject: 'Export' },
        { action: 'export.create', actorId: analyst.user.id, details: { resource: 'messages' } },
      ]);
    });

    it('not at all where its parts went since it was looked up', async () => {
      await say((await conversation()).id, 'How long is the warranty?');
      const { id } = await exported(analyst, { resource: 'messages', format: 'csv' });
      await testApp.app
        .get(Tenancy)
        .runUnbound(() =>
          testApp.app.get(Sql).acrossWorkspaces('test', 'delete from export_parts where export_id = ?', [id]),
        );

      const { status, body } = await analyst.get(`/v1/exports/${id}/download`);

      expect([status, body['code']]).toEqual([409, 'files.gone']);
    });

    it('no more once the export was removed', async () => {
      const { export: one } = await ready();
      const { body: link } = await analyst.send('exports.createLink', { exportId: one.id, body: {} });

      await analyst.send('exports.remove', { exportId: one.id });

      expect((await analyst.call('GET', `/v1/exports/${one.id}/download`)).status).toBe(404);
      expect((await testApp.anonymous.call('GET', link.path)).status).toBe(403);
      expect((await analyst.send('exports.list', {})).body.data).toEqual([]);
    });
  });
});
