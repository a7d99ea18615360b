import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId, Sql } from '#common/database';
import type { ConversationRecord } from '#modules/conversations';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { filesWith, tablesWith } from '../support/everything-kept.js';
import type { ConversationImportResponse } from '../support/generated/api.js';
import { createBot, ended, messagesOf } from '../support/journey.js';

const ANSWER_ID = newId();
/** Parts of these ids look like numbers of a card and of telephones. */
const [DOCUMENT_ID, SOURCE_ID, CHUNK_ID] = [
  '3650f2e4-0841-4913-8165-0514ea2afa11',
  'a2c6e312-0706-4709-bcbd-28ae858d2f84',
  'c0f150c1-0645-465e-a3ff-b3738a4ab4ea',
];
const RECORD = {
  ...{
    id: newId(),
    botId: newId(),
    channel: 'openai',
    externalUserId: 'customer-1',
    metadata: { page: '/a', n: [1, 'x'] },
  },
  ...{ lastMessageAt: '2025-03-04T10:00:09.125Z', createdAt: '2025-03-04T10:00:00.000Z' },
  updatedAt: '2025-03-05T11:00:00.000Z',
  messages: [
    {
      ...noFacts(),
      ...{ id: newId(), turnId: ANSWER_ID, position: 3, role: 'user', status: 'complete' },
      ...{
        content: 'When? =1+1 \u202e <script>',
        createdAt: '2025-03-04T10:00:05.000Z',
        citations: [],
        feedback: null,
      },
    },
    {
      ...noFacts(),
      ...{ id: ANSWER_ID, turnId: ANSWER_ID, position: 4, role: 'assistant', status: 'complete' },
      ...{
        content: 'At ten [1].',
        model: { provider: 'openai', name: 'gpt' },
        inputTokens: 100,
        outputTokens: 9,
      },
      ...{ costUsd: '0.00012345', latencyMs: 1234, firstTokenMs: 200, answered: true, finishReason: 'stop' },
      createdAt: '2025-03-04T10:00:09.125Z',
      citations: [
        {
          ...{
            index: 1,
            chunkId: CHUNK_ID,
            documentId: DOCUMENT_ID,
            datasourceId: SOURCE_ID,
            title: 'Hours',
          },
          ...{
            url: 'https://shop.example/hours',
            location: null,
            rowId: null,
            quote: 'The shop opens at ten.',
          },
        },
      ],
      feedback: {
        ...{ rating: 'up', reason: 'helpful', comment: 'Fine' },
        ...{ createdAt: '2025-03-04T10:01:00.000Z', updatedAt: '2025-03-04T10:02:00.000Z' },
      },
    },
  ],
} as unknown as ConversationRecord;

function noFacts(): object {
  return {
    ...{ model: null, inputTokens: null, cachedInputTokens: null, outputTokens: null, reasoningTokens: null },
    ...{ historyTruncated: null, finishReason: null, costUsd: null, latencyMs: null, firstTokenMs: null },
    ...{ answered: null, attempts: null, error: null, tool: null, wishes: null },
  };
}

describeOnEachDatabase('imports of conversations', (target) => {
  let testApp: TestApp;
  let sql: Sql;
  let workspace: TestWorkspace;
  let editor: TestMember;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
    sql = testApp.app.get(Sql);
  });

  beforeEach(async () => {
    workspace = await testApp.workspace();
    editor = await workspace.as('editor');
    botId = (await createBot(editor)).id;
  });

  afterAll(() => testApp.close());

  const send = async (
    content: string | Uint8Array<ArrayBuffer>,
    query: Record<string, string> = {},
    client: TestMember = editor,
  ): Promise<{ status: number; body: ConversationImportResponse & { code?: string } }> => {
    const search = new URLSearchParams({ botId, format: 'colloquy', ...query });
    const response = await fetch(`${client.baseUrl}/v1/imports/conversations?${search.toString()}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${client.token ?? ''}`, 'content-type': 'application/octet-stream' },
      body: content,
    });
    return { status: response.status, body: (await response.json()) as never };
  };

  const imported = async (
    content: string | Uint8Array<ArrayBuffer>,
    query: Record<string, string> = {},
  ): Promise<ConversationImportResponse> => {
    const { status, body } = await send(content, query);
    expect(status).toBe(202);
    await ended(editor, body.job?.id ?? '');
    return (await editor.send('conversationImports.get', { conversationImportId: body.id })).body;
  };

  const held = async (): Promise<number> => {
    const conditions = 'workspace_id = ? and legal_hold';
    const rows = await sql.inWorkspace(workspace.id, `select id from conversations where ${conditions}`, [
      workspace.id,
    ]);
    return rows.length;
  };

  const line = (more: object = {}): string => `${JSON.stringify({ ...RECORD, ...more })}\n`;

  it('bring a conversation with all that is known of it, under ids of its own, in its month', async () => {
    const result = await imported(line());

    expect(result).toMatchObject({ conversations: 1, messages: 2, known: 0, rejected: 0, problems: [] });
    const { body: list } = await editor.send('conversations.list');
    const [conversation] = list.data;
    expect(conversation).toMatchObject({
      botId,
      ...{ channel: 'openai', externalUserId: 'customer-1', metadata: { page: '/a', n: [1, 'x'] } },
      ...{ messageCount: 4, createdAt: RECORD.createdAt, lastMessageAt: RECORD.lastMessageAt },
    });
    expect(conversation?.id).not.toBe(RECORD.id);
    const [question, answer] = await messagesOf(editor, conversation?.id ?? '');
    expect(question).toMatchObject({ role: 'user', content: RECORD.messages[0]?.content });
    expect(answer).toMatchObject({
      ...{ content: 'At ten [1].', answered: true, latencyMs: 1234, firstTokenMs: 200 },
      model: { provider: 'openai', name: 'gpt' },
      usage: { inputTokens: 100, outputTokens: 9, costUsd: 0.00012345 },
      citations: [{ index: 1, title: 'Hours', quote: 'The shop opens at ten.' }],
      feedback: { rating: 'up', reason: 'helpful', comment: 'Fine' },
      createdAt: '2025-03-04T10:00:09.125Z',
    });
    const rows = await sql.acrossWorkspaces<{ name: string }>(
      'looks where imported messages lie',
      `select distinct tableoid::regclass::text as name from messages where workspace_id = ?`,
      [workspace.id],
    );
    expect(rows).toEqual([{ name: 'history.messages_2025_03' }]);
  });

  it('make what was said findable, and count as what was said here does', async () => {
    await imported(line());

    const found = await eventually(
      async () => (await editor.send('messages.search', { q: 'ten' })).body.data,
      (hits) => hits.length > 0,
    );
    const { body: dear } = await editor.send('conversations.list', { costAbove: 0.0001 });
    const { body: dearer } = await editor.send('conversations.list', { costAbove: 0.001 });

    expect(found).toHaveLength(1);
    expect(dear.data).toMatchObject([
      { firstReplyAt: '2025-03-04T10:00:09.125Z', lastReplyAt: '2025-03-04T10:00:09.125Z' },
    ]);
    expect(dearer.data).toEqual([]);
  });

  it('add nothing twice, however often a file is sent', async () => {
    await imported(line());

    const again = await imported(line() + line({ id: newId() }));

    expect(again).toMatchObject({ conversations: 1, known: 1, rejected: 0 });
    expect((await editor.send('conversations.list')).body.data).toHaveLength(2);
  });

  it('take what is right and tell of the lines that are wrong, without what is in them', async () => {
    const lines = [
      line({ id: 'one' }).trim(),
      'no JSON: secret-4711',
      '[]',
      '',
      JSON.stringify({ id: 'two', messages: [{ role: 'robot', content: 'secret-4711' }] }),
      JSON.stringify({ id: 'three', messages: [{ role: 'user', content: 'NUL \0' }] }),
      JSON.stringify({ id: 'four', messages: [{ role: 'user', content: '\ud800' }] }),
      JSON.stringify({ id: 'five', createdAt: '1950-01-01T00:00:00Z', messages: [] }),
      JSON.stringify({ id: 'six', createdAt: '2999-01-01T00:00:00Z', messages: [] }),
      JSON.stringify({ id: 'one', messages: [] }),
      JSON.stringify({ id: 'seven', channel: '../etc', messages: [] }),
      JSON.stringify({ id: 'eight', messages: [{ role: 'user', content: 'Fine', inputTokens: 1e300 }] }),
      JSON.stringify({ messages: [] }),
      JSON.stringify({
        id: 'nine',
        messages: [
          { role: 'user', content: 'x', position: 1 },
          { role: 'user', content: 'y', position: 1 },
        ],
      }),
      JSON.stringify({ id: 'ten', messages: [{ role: 'user', content: 'The last' }] }),
    ];

    const result = await imported(lines.join('\n'));

    expect(result).toMatchObject({ conversations: 2, messages: 3, rejected: 12 });
    expect(result.problems.map(({ line: at }) => at)).toEqual([2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    expect(JSON.stringify(result)).not.toContain('secret');
    expect(await tablesWith(sql, 'secret-4711', workspace.id)).toEqual([]);
    expect(filesWith(testApp.config.storage.dataDir, 'secret-4711')).toEqual([]);
  });

  it('keep that a member of another team answered, and of whom the file tells', async () => {
    const said = (more: object): object => ({ role: 'assistant', content: 'I am Ann.', ...more });
    const { id } = editor.user;
    const messages = [
      said({ author: 'member', authorId: id }),
      said({ author: 'member' }),
      said({ author: 'bot', authorId: id }),
      said({}),
    ];

    const result = await imported(
      [
        line({ id: 'a', messages }),
        line({ id: 'b', messages: [said({ author: 'member', role: 'user' })] }),
      ].join(''),
    );

    expect(result).toMatchObject({ conversations: 1, rejected: 1 });
    expect(result.problems[0]?.message).toContain('messages.0.author');
    const [conversation] = (await editor.send('conversations.list')).body.data;
    const { body: seen } = await editor.send('teamView.listMessages', {
      conversationId: conversation?.id ?? '',
    });
    // Nobody here said it, whoever the file names.
    expect(seen.data).toMatchObject([
      { author: 'member', authorId: null, importedAuthor: id },
      { author: 'member', authorId: null, importedAuthor: '' },
      { author: 'bot', authorId: null, importedAuthor: null },
      { author: 'bot', authorId: null, importedAuthor: null },
    ]);
  });

  it('bring what the team made of a conversation: what is of members, under the names of the file', async () => {
    const wise = { content: 'At nine.', question: 'When?', authorId: 'a', createdAt: '2025-03-05T10:00:00Z' };
    const ofTeam = {
      ...{ status: 'resolved', tags: [' vip ', 'vip', 'billing'], handedOverAt: '2025-03-04T11:00:00.000Z' },
      ...{ assigneeId: editor.user.id, legalHold: true, firstReplyAt: '2025-03-04T10:00:10.000Z' },
      notes: [
        { authorId: editor.user.id, content: 'Called back.', createdAt: '2025-03-04T12:00:00.000Z' },
        { content: 'Nobody knows who.', createdAt: '2024-01-01T00:00:00.000Z' },
      ],
      messages: RECORD.messages.map((message) =>
        message.role === 'assistant' ? { ...message, correction: wise } : message,
      ),
    };

    const result = await imported(line(ofTeam) + line({ id: 'else', assigneeId: newId() }));

    expect(result).toMatchObject({ conversations: 2, rejected: 0 });
    const { body: list } = await editor.send('conversations.list', { tag: 'vip' });
    const [conversation] = list.data;
    const conversationId = conversation?.id ?? '';
    expect(conversation).toMatchObject({
      ...{ status: 'resolved', tags: ['billing', 'vip'], assigneeId: editor.user.id },
      ...{ handedOverAt: ofTeam.handedOverAt, firstReplyAt: ofTeam.firstReplyAt },
    });
    // An editor may hold none.
    expect(await held()).toBe(0);
    expect((await editor.send('inbox.listNotes', { conversationId })).body.data).toMatchObject([
      { authorId: null, importedAuthor: '', content: 'Nobody knows who.' },
      { authorId: null, importedAuthor: editor.user.id, content: 'Called back.' },
    ]);
    const { body: seen } = await editor.send('teamView.listMessages', { conversationId });
    const answer = seen.data.find(({ role }) => role === 'assistant');
    expect(answer?.correction).toMatchObject({ content: 'At nine.', actorId: null, importedAuthor: 'a' });
    const again = { messageId: answer?.id ?? '', body: { content: 'At eight.' } };
    expect((await editor.send('corrections.put', again)).body).toMatchObject({
      ...{ content: 'At eight.', actorId: editor.user.id, importedAuthor: null },
    });
    const unassigned = await editor.send('conversations.list', { status: 'open' });
    expect(unassigned.body.data).toMatchObject([{ assigneeId: null }]);
  });

  it('keep holds where whoever imports may hold', async () => {
    const admin = await workspace.as('admin');

    const { body } = await send(line({ legalHold: true }), {}, admin);
    await ended(admin, body.job?.id ?? '');

    expect(await held()).toBe(1);
  });

  it.each([
    ['status', { status: 'lost' }],
    ['tags', { tags: ['x'.repeat(61)] }],
    ['tags', { tags: 'vip' }],
    ['notes.0.createdAt', { notes: [{ content: 'x' }] }],
    ['notes.0.content', { notes: [{ content: 'x'.repeat(10_001), createdAt: '2025-01-01' }] }],
    ['legalHold', { legalHold: 'yes' }],
    [
      'messages.0.correction.content',
      {
        messages: [
          {
            role: 'assistant',
            content: 'x',
            correction: { content: 'y'.repeat(20_001), createdAt: '2025-01-01' },
          },
        ],
      },
    ],
    ['messages.0.correction', { messages: [{ role: 'user', content: 'x', correction: { content: 'y' } }] }],
  ])('refuse a line by its %s', async (name, more) => {
    const result = await imported(line(more));

    expect(result).toMatchObject({ conversations: 0, rejected: 1 });
    expect(result.problems[0]?.message).toContain(name);
  });

  it('take lines of OpenAI’s tools', async () => {
    const lines = [
      {
        messages: [
          { role: 'system', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Hello' },
              { type: 'image_url', image_url: {} },
            ],
          },
          { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function' }] },
          { role: 'tool', tool_call_id: 'c1', name: 'weather', content: 'Rain' },
          { role: 'assistant', content: 'It rains.' },
        ],
        created: 1_700_000_000,
        user: 'u-1',
      },
      { messages: [{ role: 'system', content: 'Only this' }] },
      { prompt: 'x' },
    ];

    const result = await imported(lines.map((one) => JSON.stringify(one)).join('\n'), { format: 'openai' });

    expect(result).toMatchObject({ conversations: 1, messages: 3, rejected: 2 });
    const { body: list } = await editor.send('conversations.list');
    expect(list.data[0]).toMatchObject({ externalUserId: 'u-1', createdAt: '2023-11-14T22:13:20.000Z' });
    const messages = await messagesOf(editor, list.data[0]?.id ?? '');
    expect(messages.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'user: Hello',
      'tool: Rain',
      'assistant: It rains.',
    ]);
  });

  it.each([
    [{ created: 1_700_000_000, user: 'u-1' }, {}],
    [{ user_id: 'u-1' }, { created_at: '2023-11-14T22:13:20Z' }],
    [{ externalUserId: 'u-1' }, { createdAt: '2023-11-14T22:13:20.000Z' }],
    [{ user: 'u-1' }, { timestamp: 1_700_000_000 }],
  ])('know when it was said and by whom, as %j and %j tell it', async (ofLine, ofMessage) => {
    const messages = [{ role: 'user', content: 'Hello', ...ofMessage }];

    await imported(JSON.stringify({ messages, ...ofLine }), { format: 'openai' });

    const { body: list } = await editor.send('conversations.list');
    expect(list.data[0]).toMatchObject({ externalUserId: 'u-1', createdAt: '2023-11-14T22:13:20.000Z' });
  });

  it('take a table, by the names of its columns', async () => {
    const csv = [
      'Chat;Wer;"Was, genau";Wann',
      '1;Customer;"Grüße;\nund ""Zitate""";2024-02-29 10:00:00',
      '1;Bot;=HYPERLINK("x");2024-02-29 10:00:02',
      '2;Customer;Noch da?;2024-03-01T10:00:00+01:00',
      '3;Robot;Nein;2024-03-01',
    ].join('\r\n');

    const result = await imported(`\ufeff${csv}`, {
      ...{ format: 'csv', delimiter: ';', conversationColumn: 'Chat', roleColumn: 'Wer' },
      ...{ contentColumn: 'Was, genau', timeColumn: 'Wann' },
    });

    expect(result).toMatchObject({ conversations: 2, messages: 3, rejected: 1 });
    const { body: list } = await editor.send('conversations.list');
    expect(list.data.map(({ createdAt }) => createdAt)).toEqual([
      '2024-03-01T09:00:00.000Z',
      '2024-02-29T10:00:00.000Z',
    ]);
    expect((await messagesOf(editor, list.data[1]?.id ?? '')).map(({ content }) => content)).toEqual([
      'Grüße;\nund "Zitate"',
      '=HYPERLINK("x")',
    ]);
  });

  it('say which column is missing', async () => {
    const { body } = await send('a,b\n1,2\n', { format: 'csv' });

    const job = await ended(editor, body.job?.id ?? '');

    expect(job).toMatchObject({ state: 'failed', error: { code: 'conversations.file_unreadable' } });
  });

  it('take a gzipped file, and refuse a damaged one', async () => {
    const packed = Uint8Array.from(gzipSync(line()));

    const result = await imported(packed);
    const { body } = await send(packed.slice(0, packed.length - 20));
    const job = await ended(editor, body.job?.id ?? '');

    expect(result).toMatchObject({ conversations: 1 });
    expect(job).toMatchObject({ state: 'failed', error: { code: 'conversations.file_unreadable' } });
  });

  it('keep what the privacy of the bot says', async () => {
    const admin = await workspace.as('admin');
    await admin.send('botPrivacy.set', {
      botId,
      body: { redact: ['email', 'phone', 'card', 'iban', 'name'] },
    });
    const result = await imported(
      line({
        metadata: { mail: 'ada@lovelace.example' },
        notes: [{ content: 'Is ada@lovelace.example', createdAt: '2025-01-01T00:00:00Z' }],
        messages: [
          { role: 'user', content: 'I am ada@lovelace.example' },
          {
            ...{ role: 'assistant', content: 'Hello ada@lovelace.example' },
            ...{ citations: RECORD.messages[1]?.citations, feedback: RECORD.messages[1]?.feedback },
            correction: { content: 'Ask ada@lovelace.example', createdAt: '2025-01-01T00:00:00Z' },
          },
        ],
      }),
    );

    expect(await tablesWith(sql, 'lovelace', workspace.id)).toEqual([]);
    // Times and ids are no numbers of telephones.
    expect(result).toMatchObject({ conversations: 1, messages: 2, rejected: 0 });
    const conversationId = (await editor.send('conversations.list')).body.data[0]?.id ?? '';
    const { citations } = (await messagesOf(editor, conversationId))[1] ?? {};
    expect(citations).toEqual([
      expect.objectContaining({ documentId: DOCUMENT_ID, datasourceId: SOURCE_ID }),
    ]);
    const [note] = (await editor.send('inbox.listNotes', { conversationId })).body.data;
    expect(note).toMatchObject({ createdAt: '2025-01-01T00:00:00.000Z' });
    const [, answer] = await messagesOf(editor, conversationId);
    expect(answer).toMatchObject({
      citations: [
        { documentId: RECORD.messages[1]?.citations[0]?.documentId, url: 'https://shop.example/hours' },
      ],
      feedback: { rating: 'up', reason: 'helpful' },
    });

    await admin.send('botPrivacy.set', { botId, body: { storage: 'none' } });
    expect(await send(line({ id: newId() }))).toMatchObject({
      status: 409,
      body: { code: 'conversations.bot_keeps_nothing' },
    });
  });

  it('take a conversation of very many messages', async () => {
    const messages = Array.from({ length: 3_000 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `Said ${String(index)}`,
    }));

    const result = await imported(
      JSON.stringify({ id: 'long', createdAt: '2024-05-05T05:05:05Z', messages }),
    );

    expect(result).toMatchObject({ conversations: 1, messages: 3_000 });
  });

  it.each([
    [{ botId: newId() }, 404],
    [{ botId: 'x' }, 422],
    [{ format: 'exe' }, 422],
    [{ delimiter: 'ab' }, 422],
    [{ unknown: 'x' }, 422],
  ])('refuse %j', async (query, status) => {
    expect((await send(line(), query as Record<string, string>)).status).toBe(status);
  });

  it('are for editors, and seen by their workspace only', async () => {
    const analyst = await workspace.as('analyst');
    const stranger = await (await testApp.workspace()).as('owner');
    const { body } = await send(line());

    expect((await send(line(), {}, analyst)).status).toBe(403);
    expect((await send(line(), {}, stranger)).status).toBe(404);
    expect((await stranger.get(`/v1/conversation-imports/${body.id}`)).status).toBe(404);
    await ended(editor, body.job?.id ?? '');
  });
});
