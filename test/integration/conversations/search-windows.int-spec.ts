import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { firstIdAt, newId } from '#common/database';
import {
  MessageHitsRepository,
  type MessageSearch,
  RANKED_MESSAGES,
} from '../../../src/modules/conversations/search/message-hits.repository.js';
import { lexemesOf } from '../../../src/modules/conversations/search/message-lexemes.js';
import { MessageSearchRepository } from '../../../src/modules/conversations/search/message-search.repository.js';
import { outdatedPlaceLexemes } from '../../../src/modules/conversations/search/outdated-lexemes.js';
import { parseSearch } from '../../../src/modules/conversations/search/parse-search.js';
import { RenewPlaces } from '../../../src/modules/conversations/search/renew-places.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

const WHY = 'prepares a test database';
const MESSAGES = 6_500;
/** Ninety days of messages. */
const EVERY_MS = 20 * 60_000;
const DAY_MS = 86_400_000;
const NEWEST = Date.now() - 10 * DAY_MS;
const PAGE = 500;
/** Among those that are compared, and not among those that are rewritten first. */
const BEST = 2_001;
const REWRITTEN_FIRST = 1_000;

interface Said {
  readonly id: string;
  readonly botId: string;
  readonly at: Date;
  readonly content: string;
}

/** What the `index`th message says, counted from the newest. */
function contentOf(index: number): string {
  return [
    index === BEST ? 'lamp lamp lamp' : 'lamp',
    ...(index % 3 === 0 ? ['kettle'] : []),
    ...(index % 500 === 7 ? ['quokka'] : []),
    ...(index === 6_400 ? ['zephyr'] : []),
    ...(index > 3_000 && index % 2 === 0 ? ['teapot on the stove'] : []),
  ].join(' ');
}

describeOnEachDatabase('Searching a long history', (target) => {
  let database: TestDatabase;
  let hits: MessageHitsRepository;
  let renewing: RenewPlaces;
  let now = new Date();
  const workspaceId = newId();
  const [conversationId, otherConversationId, botId, otherBotId] = [newId(), newId(), newId(), newId()];
  const said: Said[] = Array.from({ length: MESSAGES }, (_, index) => {
    const at = new Date(NEWEST - index * EVERY_MS);
    return {
      id: `${firstIdAt(at.getTime()).slice(0, 14)}7${newId().slice(15)}`,
      ...{ botId: index % 4 === 3 ? otherBotId : botId, at, content: contentOf(index) },
    };
  });

  const run = <Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> =>
    database.sql.acrossWorkspaces<Row>(WHY, sql, params);

  /** As they were written before there were blocks of time. */
  const write = async (messages: readonly Said[]): Promise<void> => {
    const rows = messages.map(({ id, botId, at, content }) => {
      const place = { workspaceId, botId };
      const words = lexemesOf({ ...place, messageId: id, content, beside: '' })
        .split(' ')
        .filter((lexeme) => !lexeme.startsWith("'@"));
      const places = [{ workspaceId }, place].flatMap((one) => [
        ...outdatedPlaceLexemes(one),
        ...outdatedPlaceLexemes(one, at, at),
      ]);
      const lexemes = [...places.map((lexeme) => `'${lexeme}'`), ...words].join(' ');
      return { id, botId, at, content, lexemes, turnId: newId() };
    });
    await run(
      `with rows as (
         select r.*, case when r."botId" = ?::uuid then ?::uuid else ?::uuid end as conversation_id
         from jsonb_to_recordset(?::jsonb)
           as r(id uuid, "botId" uuid, at timestamptz, content text, lexemes text, "turnId" uuid)
       ), messages as (
         insert into messages (id, workspace_id, conversation_id, turn_id, position, role, content, status, created_at)
         select id, ?, conversation_id, "turnId", extract(epoch from at)::int, 'user', content, 'complete', at from rows
       )
       insert into message_search (workspace_id, message_id, conversation_id, bot_id, said_at, lexemes)
       select ?, id, conversation_id, "botId", at, lexemes::tsvector from rows`,
      [botId, conversationId, otherConversationId, JSON.stringify(rows), workspaceId, workspaceId],
    );
  };

  beforeAll(async () => {
    database = await createTestDatabase({ target });
    hits = new MessageHitsRepository(database.sql);
    renewing = new RenewPlaces(new MessageSearchRepository(database.sql), database.unitOfWork, {
      now: () => now,
    });
    await run(`insert into workspaces (id, name, created_at) values (?, 'W', now())`, [workspaceId]);
    for (const [bot, conversation] of [
      [botId, conversationId],
      [otherBotId, otherConversationId],
    ]) {
      await run(
        `insert into bots (id, workspace_id, name, slug, model, retrieval, created_at, updated_at)
         values (?, ?, ?::text, ?::text, '{}', '{}', now(), now())`,
        [bot, workspaceId, bot, bot],
      );
      await run(
        `insert into conversations (id, workspace_id, bot_id, channel, created_by_id, message_count, created_at,
           updated_at)
         values (?, ?, ?, 'api', ?, 0, now(), now())`,
        [conversation, workspaceId, bot, newId()],
      );
    }
    await write(said);
    await run('analyze message_search');
  });

  afterAll(() => database.close());

  /** All pages, as somebody reads them who goes on to the end. */
  const find = async (q: string, more: Partial<MessageSearch> = {}, limit = PAGE): Promise<string[]> => {
    const search: MessageSearch = { query: parseSearch(q), conversations: {}, sort: 'time', ...more };
    const ids: string[] = [];
    for (let after; ;) {
      const rows = await hits.list({ workspaceId, ownerId: null }, search, { limit }, after);
      const page = rows.slice(0, limit);
      ids.push(...page.map(({ id }) => id));
      after = page.at(-1);
      if (rows.length <= limit) return ids;
    }
  };
  const idsOf = (isFound: (one: Said) => boolean): string[] => said.filter(isFound).map(({ id }) => id);
  const has = (word: string): ((one: Said) => boolean) => {
    return ({ content }) => content.split(' ').includes(word);
  };
  const within = (from: Date, to: Date): ((one: Said) => boolean) => {
    return ({ at }) => at >= from && at < to;
  };

  const findsAll = async (): Promise<void> => {
    const [from, to] = [new Date(NEWEST - 61.3 * DAY_MS), new Date(NEWEST - 8.7 * DAY_MS)];
    const isWithin = within(from, to);
    const ofBot = { conversations: { botId } };

    expect(await find('kettle')).toEqual(idsOf(has('kettle')));
    expect(await find('quokka')).toEqual(idsOf(has('quokka')));
    expect(await find('zephyr', ofBot)).toEqual(idsOf((one) => has('zephyr')(one) && one.botId === botId));
    expect(await find('zyzzyva')).toEqual([]);
    expect(await find('kettle quokka')).toEqual(idsOf((one) => has('kettle')(one) && has('quokka')(one)));
    expect(await find('lamp -kettle', { from, to, ...ofBot })).toEqual(
      idsOf((one) => !has('kettle')(one) && isWithin(one) && one.botId === botId),
    );
    expect(await find('"on the stove"', { from, to })).toEqual(
      idsOf((one) => has('teapot')(one) && isWithin(one)),
    );
    expect(await find('teap*', ofBot)).toEqual(idsOf((one) => has('teapot')(one) && one.botId === botId));
    expect(await find('-lamp')).toEqual([]);
    expect(await find('lamp', { conversations: { botId: newId() } })).toEqual([]);
    expect(await find('kettle', { conversations: { externalUserId: 'nobody' } })).toEqual([]);
    expect(await find('kettle', { role: 'assistant' })).toEqual([]);
    expect((await find('quokka', { sort: 'relevance' })).sort()).toEqual(idsOf(has('quokka')).sort());
  };

  const comparesTheNewest = async (): Promise<void> => {
    const found = await find('lamp', { sort: 'relevance' }, RANKED_MESSAGES / 2);

    expect(found[0]).toBe(said[BEST]?.id);
    expect([...found].sort()).toEqual(
      said
        .slice(0, RANKED_MESSAGES)
        .map(({ id }) => id)
        .sort(),
    );
  };

  it('finds what was written before there were blocks of time', async () => {
    await findsAll();
    await comparesTheNewest();
  });

  it('finds all of it while some of it is rewritten', async () => {
    for (let count = 0; count < REWRITTEN_FIRST;) count += await renewing.execute();

    const [row] = await run<{ count: number }>(
      'select count(*)::int as count from message_search where word_count is not null',
    );
    expect(row?.count).toBe(REWRITTEN_FIRST);
    await findsAll();
    await comparesTheNewest();
  });

  it('finds all of it by blocks of time when all is rewritten', async () => {
    const counts: number[] = [];
    for (let turn = 0; turn < MESSAGES / 100; turn += 1) counts.push(await renewing.execute());

    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(MESSAGES - REWRITTEN_FIRST);
    expect(
      await run(`select 1 from message_search where word_count is null or lexemes::text like '%@____-__%'`),
    ).toEqual([]);
    await findsAll();
    await comparesTheNewest();
  });

  it('leaves the words of what it rewrites where they stood', async () => {
    const [row] = await run<{ lexemes: string }>(
      'select lexemes::text as lexemes from message_search where message_id = ?',
      [said[3_002]?.id],
    );
    const { id = '', botId: bot = '', content = '' } = said[3_002] ?? {};

    const expected = lexemesOf({ workspaceId, botId: bot, messageId: id, content, beside: '' });
    const [same] = await run<{ text: string }>('select ?::text::tsvector::text as text', [expected]);
    expect(row?.lexemes).toBe(same?.text);
  });

  it('finds at once, and rewrites, what a process of the version before has still added', async () => {
    const at = new Date(NEWEST - EVERY_MS / 2);
    const late = {
      ...{ id: `${firstIdAt(at.getTime()).slice(0, 14)}7${newId().slice(15)}`, botId, at },
      content: 'a gramophone',
    };
    await write([late]);

    expect(await find('gramophone', { from: new Date(at.getTime() - DAY_MS) })).toEqual([late.id]);

    now = new Date(now.getTime() + 120_000);
    expect(await renewing.execute()).toBe(1);
    expect(await find('gramophone')).toEqual([late.id]);
  });
});
