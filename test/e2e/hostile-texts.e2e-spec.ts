import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { ask, createBot, messagesOf, openConversation } from '../support/journey.js';

interface HostileText {
  readonly id: string;
  readonly section: string;
  readonly text: string;
}

const texts: readonly HostileText[] = readFileSync(
  new URL('../fixtures/hostile-strings/naughty_strings.jsonl', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as HostileText);

/** Texts as fields take them: with more than blanks, and without a byte order mark first, which PGlite reads over. */
const asFieldText = (text: string): string => (/^\ufeff|^\s*$/.test(text) ? `a${text}b` : text);

describe('hostile texts', () => {
  let testApp: TestApp;
  let editor: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp();
    editor = await (await testApp.workspace()).as('editor');
  });

  afterAll(() => testApp.close());

  it.each(texts)('come back from a bot unchanged ($section)', async ({ text: raw }) => {
    const text = asFieldText(raw);
    const told = {
      name: text.slice(0, 120),
      instructions: text,
      greeting: text,
      suggestedQuestions: [text, 'NULL', `"${text}\\`],
    };

    const made = await editor.send('bots.create', { body: told });
    const changed = await editor.send('bots.update', { botId: made.body.id, body: told });
    const shown = await editor.send('bots.get', { botId: made.body.id });

    expect([made.body, changed.body, shown.body]).toMatchObject([told, told, told]);
  });

  it.each(texts)('come back from a conversation unchanged ($section)', async ({ text: raw }) => {
    const text = asFieldText(raw);
    const { id: botId } = await createBot(editor);
    const told = {
      externalUserId: text.slice(0, 200),
      metadata: { text: raw, list: [raw], [`key ${raw}`]: 1 },
    };

    const conversationId = await openConversation(editor, botId, told);
    const { body: turn } = await ask(editor, conversationId, text);
    const rated = await editor.send('messages.rate', {
      messageId: turn.answer.id,
      body: { rating: 'down', comment: text },
    });
    const shown = await editor.send('conversations.get', { conversationId });
    const [said] = await messagesOf(editor, conversationId);
    const found = await editor.send('conversations.list', { externalUserId: told.externalUserId });

    expect(shown.body).toMatchObject(told);
    expect(said?.content).toBe(text);
    expect(rated.body).toMatchObject({ feedback: { rating: 'down', comment: text } });
    expect(found.body.data).toHaveLength(1);
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'are refused as a key that would be lost (%s)',
    async (key) => {
      const { id: botId } = await createBot(editor);

      const answer = await editor.post(`/v1/bots/${botId}/conversations`, `{"metadata":{"${key}":{"a":1}}}`);

      expect(answer.body).toMatchObject({ status: 422, errors: [{ path: `metadata.${key}` }] });
    },
  );

  it.each(['\u0000', 'a\u0000b', '\ud800', '\udc00a'])(
    'that cannot be stored are refused (%j)',
    async (text) => {
      const { id: botId } = await createBot(editor);

      const answers = await Promise.all([
        editor.post('/v1/bots', { name: 'x', instructions: text }),
        editor.post(`/v1/bots/${botId}/conversations`, { metadata: { deep: [{ [text]: 1 }] } }),
        editor.post(`/v1/bots/${botId}/conversations`, { metadata: { deep: [{ a: text }] } }),
        editor.post(`/v1/bots/${botId}/search`, { query: text }),
      ]);

      expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422]);
    },
  );

  it('of any script are searched for without failing', async () => {
    const { id: botId } = await createBot(editor);
    const odd = [
      "' or 1=1 --",
      '%',
      '_',
      '\\',
      ':*',
      '!!&|()',
      '<->',
      "''",
      '"',
      'a'.repeat(4_000),
      '\u0301'.repeat(500),
    ];

    const answers = await Promise.all(
      [...odd, ...texts.map(({ text }) => asFieldText(text))].map((query) =>
        editor.send('bots.search', { botId, body: { query } }),
      ),
    );

    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  });
});
