import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { DocumentsRepository } from '../../../src/modules/datasources/documents.repository.js';
import { embeddingTextOf, lexemesOf } from '../../../src/modules/datasources/retrieval/lexical-index.js';
import type { PassageIndex } from '../../../src/modules/datasources/retrieval/passage-index.js';
import type { PassageMemory } from '../../../src/modules/datasources/retrieval/passage-memory.js';
import { RetrievalRepository } from '../../../src/modules/datasources/retrieval/retrieval.repository.js';
import { USUAL_SEARCH_LIMITS } from '../../../src/modules/datasources/retrieval/search-limits.js';
import type {
  Search,
  SearchHit,
  SearchResult,
} from '../../../src/modules/datasources/retrieval/search.types.js';
import {
  type RowPlace,
  RowPassagesRepository,
} from '../../../src/modules/datasources/table/row-passages.repository.js';
import { FakeEmbeddingModel } from '../../fakes/fake.embedding-model.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

/** Where a passage is put and what it says. */
interface NewPassage {
  readonly text: string;
  readonly title?: string;
  readonly language?: string;
  readonly botIds?: readonly string[];
  readonly workspaceId?: string;
  readonly isEmbedded?: boolean;
}

const HOSTILE_QUERIES: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['white space', ' \n\t '],
  ['a NUL', '\u0000'],
  ['a NUL in a word', 'refund\u0000policy'],
  ['halves of characters', '\ud800 refund \udfff'],
  ['SQL', "refund'; drop table chunks; --"],
  ['operators of full text', '"refund" & policy | !money <-> (back:*)'],
  ['quotes and placeholders', "\\' || \\\\ '' $1 $$ ? ?? :name @ %s"],
  ['JSON', '{"$gt": ""}'],
  ['a change of direction', '\u202erefund\u202c'],
  ['one word many times', 'refund '.repeat(600)],
  ['many words', Array.from({ length: 800 }, (_, index) => `w${String(index)}`).join(' ')],
  ['many characters without a space', '保'.repeat(4_000)],
  ['emoji', '👩‍👩‍👧‍👦'.repeat(300)],
  ['a very long word', 'a'.repeat(4_000)],
  ['accents without letters', '\u0301\u0323 \u0300'],
];

describeOnEachDatabase('searching the passages of a bot', (target) => {
  const model = new FakeEmbeddingModel('fake/words@1', 64);
  let db: TestDatabase;
  let repository: RetrievalRepository;
  let memory: EagerMemory;
  let remembering: RetrievalRepository;
  let workspaceId: string;
  let botId: string;

  beforeAll(async () => {
    db = await createTestDatabase({ target });
    repository = new RetrievalRepository(db.sql);
    memory = new EagerMemory();
    remembering = new RetrievalRepository(db.sql, USUAL_SEARCH_LIMITS, memory);
  });

  beforeEach(async () => {
    await db.truncate();
    workspaceId = await addWorkspace();
    botId = await addBot(workspaceId);
  });

  afterAll(() => db.close());

  it('puts the passage first that answers the question, with where it is from', async () => {
    await add({ text: 'We ship to all of Europe within three days.' });
    const chunkId = await add({ text: 'Refunds are paid within ten days of the return.', title: 'Money' });

    const { hits, supported } = await search('When are refunds paid?');

    expect(hits[0]).toMatchObject({ chunkId, title: 'Money', url: 'https://shop.example/', headingPath: [] });
    expect(hits[0]?.text).toBe('Refunds are paid within ten days of the return.');
    expect(supported).toBe(true);
    expectScoresInOrder(hits);
  });

  it('finds by a word of the title alone', async () => {
    await add({ text: 'Write to us.', title: 'Complaints' });

    const { hits } = await search('complaint');

    expect(texts(hits)).toEqual(['Write to us.']);
  });

  it('finds nothing that is not attached to the bot', async () => {
    const otherBot = await addBot(workspaceId);
    await add({ text: 'Refunds are paid at once.', botIds: [otherBot] });
    await add({ text: 'Refunds are never paid.', botIds: [] });

    expect(await search('refunds', { byMeaning: true })).toEqual({ hits: [], support: 0, supported: false });
  });

  it('finds nothing of another workspace, even when its bot is named', async () => {
    const elsewhere = await addWorkspace();
    const otherBot = await addBot(elsewhere);
    await add({ text: 'Refunds are paid at once.', workspaceId: elsewhere, botIds: [otherBot] });

    const { hits } = await repository.search({
      ...{ workspaceId, botId: otherBot, query: 'refunds', topK: 5, minScore: 0 },
      embeddingModelId: model.id,
      queryVector: (await model.embed(['refunds']))[0],
    });

    expect(hits).toEqual([]);
  });

  it('scores the same whatever other bots and workspaces have', async () => {
    await add({ text: 'Refunds are paid within ten days.' });
    await add({ text: 'We ship within three days.' });
    const before = await search('refunds in days', { byMeaning: true });
    const otherBot = await addBot(workspaceId);
    const elsewhere = await addWorkspace();
    const foreignBot = await addBot(elsewhere);
    for (const text of ['Refunds refunds refunds', 'days of refunds', 'more refunds']) {
      await add({ text, botIds: [otherBot] });
      await add({ text, workspaceId: elsewhere, botIds: [foreignBot] });
    }

    expect(await search('refunds in days', { byMeaning: true })).toEqual(before);
  });

  it('finds by words while the passages have no vectors yet', async () => {
    await add({ text: 'Refunds are paid within ten days.', isEmbedded: false });

    const { hits, supported } = await search('When are refunds paid?', { byMeaning: true });

    expect(hits).toHaveLength(1);
    expect(hits[0]?.vectorScore).toBe(0);
    expect(supported).toBe(true);
  });

  it('finds by meaning when no word is known', async () => {
    await add({ text: 'Refunds are paid within ten days.' });
    const [queryVector] = await model.embed([
      embeddingTextOf({ title: 'Page', headingPath: [], text: 'Refunds are paid within ten days.' }),
    ]);

    const { hits } = await repository.search({
      ...{ workspaceId, botId, query: 'xylophone', topK: 5, minScore: 0 },
      embeddingModelId: model.id,
      queryVector,
    });

    expect(hits[0]?.vectorScore).toBeCloseTo(1, 3);
    expect(hits[0]?.lexicalScore).toBe(0);
  });

  it('leaves vectors of other models alone', async () => {
    await add({ text: 'Refunds are paid within ten days.' });

    const { hits } = await repository.search({
      ...{ workspaceId, botId, query: 'refunds', topK: 5, minScore: 0 },
      embeddingModelId: 'fake/other@1',
      queryVector: new Float32Array(8).fill(1),
    });

    expect(hits[0]?.vectorScore).toBe(0);
  });

  it('fails when the vector of the question fails', async () => {
    await add({ text: 'Refunds are paid within ten days.' });
    const broken = Promise.reject<Float32Array>(new Error('no vector'));

    const searching = repository.search({
      ...{ workspaceId, botId, query: 'refunds', topK: 5, minScore: 0 },
      embeddingModelId: model.id,
      queryVector: broken,
    });

    await expect(searching).rejects.toThrow('no vector');
  });

  it('does not take a greeting for a question', async () => {
    await add({ text: 'Refunds are paid within ten days.' });

    const { supported } = await search('Hello!', { byMeaning: true });

    expect(supported).toBe(false);
  });

  it('finds Japanese passages by parts of their words', async () => {
    await add({ text: '自転車の保証期間は二年です。', language: 'ja' });
    await add({ text: '送料は無料です。', language: 'ja' });

    const { hits, supported } = await search('保証期間はどのくらいですか');

    expect(texts(hits)).toEqual(['自転車の保証期間は二年です。']);
    expect(supported).toBe(true);
  });

  it('reads the question in the language of each passage', async () => {
    await add({ text: 'Die Häuser haben einen Garten.', language: 'de' });
    await add({ text: 'The houses have a garden.', language: 'en' });

    expect(texts((await search('Welches Haus hat Gärten?')).hits)).toEqual([
      'Die Häuser haben einen Garten.',
    ]);
    expect(texts((await search('Which house has gardens?')).hits)[0]).toBe('The houses have a garden.');
  });

  it('gives as many passages as asked for, the same ones each time', async () => {
    for (let count = 0; count < 60; count += 1)
      await add({ text: `Refunds are paid by desk ${String(count)}.` });

    const few = await search('refunds', { topK: 3 });
    const most = await search('refunds', { topK: 1_000 });

    expect(few.hits).toHaveLength(3);
    expect(most.hits).toHaveLength(50);
    expect(most.hits.slice(0, 3)).toEqual(few.hits);
  });

  it('leaves out what scores less than is asked for', async () => {
    await add({ text: 'Refunds are paid within ten days.' });

    expect(await search('refunds', { minScore: 1 })).toMatchObject({ hits: [], supported: false });
  });

  it.each(HOSTILE_QUERIES)('takes %s for a query', async (_, query) => {
    await add({ text: 'Our refund policy: money back within ten days.' });

    const { hits, support } = await search(query, { byMeaning: true });

    expectScoresInOrder(hits);
    expect(support).toBeGreaterThanOrEqual(0);
  });

  it('stores and finds texts full of quotes, operators and backslashes', async () => {
    const text = `it's a 'test' \\ & | ! <-> "x":1A $$ ?? {a,b} %s refund's`;
    await add({ text, title: "O'Brien's \\ page" });

    expect(texts((await search("o'brien refund")).hits)).toEqual([text]);
  });

  it('finds in memory what it finds in the database', async () => {
    const words = Array.from({ length: 40 }, (_, index) => `word${index.toString(36)}`);
    // Always the same ones, few of them often.
    const word = (at: number): string => words[Math.trunc(((at * at * 7919) % 1_601) / 41)] ?? '';
    for (let count = 0; count < 90; count += 1) {
      const said = Array.from({ length: 5 + (count % 30) }, (_, index) => word(100 * count + index));
      await add({ text: said.join(' '), title: `Page ${word(count)}` });
    }
    await run('update bot_datasources set weight = 2 where get_byte(uuid_send(datasource_id), 15) < 64', []);
    // No two are as near, of which the database would give any.
    await run(
      `update chunk_embeddings set embedding = (
         select array_agg(value + random() / 50)::vector from unnest(embedding::real[]) value)`,
      [],
    );

    for (let count = 0; count < 60; count += 1) {
      const query = Array.from({ length: 1 + (count % 9) }, (_, index) =>
        word(57 * count + 3 * index + (count >> 3)),
      ).join(' ');
      const asked = { workspaceId, botId, query, topK: 12, minScore: 0, embeddingModelId: model.id };
      const [queryVector] = await model.embed([query]);

      const found = await repository.search({ ...asked, queryVector });
      const remembered = await searchInMemory({ ...asked, queryVector });

      expect(found.hits).toHaveLength(12);
      expect(remembered).toEqual(nearly(found));
    }
  });

  it('does not take passages into memory that change meanwhile', async () => {
    await add({ text: 'Refunds are paid within ten days.' });
    const [queryVector] = await model.embed(['refunds']);
    const asked = { workspaceId, botId, query: 'refunds', topK: 5, minScore: 0, embeddingModelId: model.id };
    const corpus = await repository.corpusOf({ workspaceId, botId });
    await add({ text: 'Refunds are paid at once.' });

    memory.forget();
    await remembering.search({ ...asked, queryVector }, corpus);
    const isLoaded = await memory.loaded();

    expect(isLoaded).toBe(false);
  });

  it.each<[string, (place: RowPlace & { readonly chunkId: string }) => Promise<void>]>([
    [
      'a passage is free that repeated another one',
      async ({ datasourceId, chunkId }) => {
        await run(`update chunks set is_repeat = true, text_hash = 'h' where id = ?`, [chunkId]);
        await new DocumentsRepository(db.em, db.sql).freeRepeats(workspaceId, datasourceId);
      },
    ],
    [
      'a record has a passage',
      (place) => {
        const [id, recordId] = [newId(), newId()];
        const row = {
          id,
          recordId,
          contentHash: 'h',
          text: 'T',
          language: 'en',
          lexemes: '',
          lexemeCount: 0,
        };
        return new RowPassagesRepository(db.sql).put(place, [{ ...row, embeddingText: 'T' }]);
      },
    ],
    [
      'the passage of a record is gone',
      ({ chunkId, ...place }) => new RowPassagesRepository(db.sql).remove(place, [chunkId]),
    ],
    [
      'a document is gone',
      ({ documentId }) => run('delete from documents where id = ?', [documentId]).then(() => undefined),
    ],
    [
      'a source is detached',
      ({ datasourceId }) =>
        run('delete from bot_datasources where datasource_id = ?', [datasourceId]).then(() => undefined),
    ],
  ])('tells that %s', async (_, change) => {
    await add({ text: 'We ship within three days.' });
    const chunkId = await add({ text: 'Refunds are paid within ten days.' });
    const [place] = (await run(
      'select datasource_id as "datasourceId", document_id as "documentId" from chunks where id = ?',
      [chunkId],
    )) as Omit<RowPlace, 'workspaceId'>[];
    const scope = { workspaceId, botId };
    const before = (await repository.corpusOf(scope)).version;
    expect((await repository.corpusOf(scope)).version).toBe(before);

    await change({ workspaceId, chunkId, datasourceId: '', documentId: '', ...place });

    expect((await repository.corpusOf(scope)).version).not.toBe(before);
  });

  it('finds by a sample of very many passages what ranking all of them finds', async () => {
    await addMany(3_000);
    const wanted = await add({ text: 'alpha beta gamma delta epsilon zeta xylophone' });
    const query = 'alpha beta gamma delta epsilon zeta xylophone';
    // Far fewer than hold the common words: those that were stored before the wanted one would leave it no room.
    const sampling = new RetrievalRepository(db.sql, {
      ...USUAL_SEARCH_LIMITS,
      ...{ comparedOneByOne: Infinity, rankedInFull: 0, rankedByChoice: 100 },
    });
    const asked = { workspaceId, botId, query, embeddingModelId: model.id, topK: 5, minScore: 0 };

    const exact = await repository.rank(asked);
    const sampled = await sampling.rank(asked);

    expect(sampled.passages[0]?.hit.chunkId).toBe(wanted);
    expect(sampled.supported).toBe(exact.supported);
    expect(sampled.terms.get('xylophon')).toBe(1);
    const common = [...exact.terms.keys()].filter((term) => exact.terms.get(term) === 3_001);
    expect(common).toHaveLength(6);
    const estimated = common.filter((term) => sampled.terms.get(term) !== 3_001);
    expect(estimated.length).toBeGreaterThan(0);
    estimated.forEach((term) => {
      expect((sampled.terms.get(term) ?? 0) % 16).toBe(0);
    });
  });

  async function search(
    query: string,
    { topK = 10, minScore = 0, byMeaning = false } = {},
  ): Promise<SearchResult> {
    const queryVector = byMeaning ? model.embed([query]).then(([vector]) => vector) : undefined;
    const asked = {
      workspaceId,
      botId,
      query,
      queryVector,
      embeddingModelId: model.id,
      topK,
      minScore,
    };
    const found = await repository.search(asked);
    expect((await searchInMemory(asked)) ?? found).toEqual(nearly(found));
    return found;
  }

  /** The same search in memory; null where not all passages can be there. */
  async function searchInMemory(asked: Search): Promise<SearchResult | null> {
    memory.forget();
    const [queryVector] = await model.embed(['whatever']);
    await remembering.search({ ...asked, queryVector });
    return (await memory.loaded()) ? remembering.search(asked) : null;
  }

  async function addWorkspace(): Promise<string> {
    const id = newId();
    await run(`insert into workspaces (id, name, created_at) values (?, 'W', now())`, [id]);
    return id;
  }

  async function addBot(workspace: string): Promise<string> {
    const id = newId();
    await run(
      `insert into bots (id, workspace_id, slug, name, model, retrieval, created_at, updated_at)
       values (?, ?, 'b-' || gen_random_uuid(), 'B', '{}', '{}', now(), now())`,
      [id, workspace],
    );
    return id;
  }

  async function add(passage: NewPassage): Promise<string> {
    const { text, title = 'Page', language = 'en', workspaceId: owner = workspaceId } = passage;
    const [datasourceId, documentId, chunkId] = [newId(), newId(), newId()];
    await run(
      `insert into datasources (id, workspace_id, type, name, url, created_at, updated_at)
       values (?, ?, 'url', 'S', 'https://shop.example/', now(), now())`,
      [datasourceId, owner],
    );
    for (const bot of passage.botIds ?? [botId]) {
      await run(
        'insert into bot_datasources (workspace_id, bot_id, datasource_id, created_at) values (?, ?, ?, now())',
        [owner, bot, datasourceId],
      );
    }
    const lexemes = lexemesOf({ title, headingPath: [], text, language });
    await run(
      `insert into documents (id, workspace_id, datasource_id, url, title, language, markdown, content_hash, bytes,
         chunk_count, lexeme_count, fetched_at, created_at, updated_at)
       values (?, ?, ?, 'https://shop.example/', ?, ?, '', '', 0, 1, ?, now(), now(), now())`,
      [documentId, owner, datasourceId, title, language, lexemes.count],
    );
    await run(
      `insert into chunks (id, workspace_id, datasource_id, document_id, position, text, start_offset, end_offset,
         content_hash, language, lexemes, lexeme_count, created_at)
       values (?, ?, ?, ?, 0, ?, 0, 0, '', ?, ?::tsvector, ?, now())`,
      [chunkId, owner, datasourceId, documentId, text, language, lexemes.tsvector, lexemes.count],
    );
    if (passage.isEmbedded ?? true) {
      const [vector] = await model.embed([embeddingTextOf({ title, headingPath: [], text })]);
      await run(
        `insert into chunk_embeddings (chunk_id, workspace_id, datasource_id, model, embedding)
         values (?, ?, ?, ?, ?::vector)`,
        [chunkId, owner, datasourceId, model.id, `[${vector?.join(',') ?? ''}]`],
      );
    }
    return chunkId;
  }

  /** All with the same words; of 256 ids, one is in the sample. */
  async function addMany(count: number): Promise<void> {
    await add({ text: 'alpha beta gamma delta epsilon zeta', isEmbedded: false });
    await run(
      `insert into chunks (id, workspace_id, datasource_id, document_id, position, text, start_offset, end_offset,
         content_hash, language, lexemes, lexeme_count, created_at)
       select (left(md5('passage ' || n), 30) || lpad(to_hex(n % 256), 2, '0'))::uuid, workspace_id, datasource_id, document_id, n, text, 0, 0, '',
         language, lexemes, lexeme_count, now()
       from chunks, generate_series(1, ?::int) n`,
      [count - 1],
    );
    await run('update documents set chunk_count = ?, lexeme_count = ?', [count, 7 * count]);
  }

  function run(sql: string, params: readonly unknown[]): Promise<unknown> {
    return db.sql.acrossWorkspaces('a fixture', sql, params);
  }
});

/** Has passages in memory as soon as they were asked for once. */
class EagerMemory implements Pick<PassageMemory, 'indexOf'> {
  #loading: Promise<PassageIndex | null> = Promise.resolve(null);
  #index: PassageIndex | null = null;

  indexOf(...[, , question, load]: Parameters<PassageMemory['indexOf']>): PassageIndex | null {
    if (!this.#index && question) this.#loading = load(question);
    return this.#index;
  }

  async loaded(): Promise<boolean> {
    this.#index = await this.#loading;
    return this.#index !== null;
  }

  forget(): void {
    this.#index = null;
    this.#loading = Promise.resolve(null);
  }
}

/** Sums of floats differ a little with the order of what is added. */
function nearly({ hits, support, supported }: SearchResult): object {
  const near = (value: number): unknown => expect.closeTo(value, 4);
  return {
    supported,
    support: near(support),
    hits: hits.map(({ score, lexicalScore, vectorScore, ...hit }) => ({
      ...hit,
      ...{ score: near(score), lexicalScore: near(lexicalScore), vectorScore: near(vectorScore) },
    })),
  };
}

function texts(hits: readonly SearchHit[]): string[] {
  return hits.map(({ text }) => text);
}

function expectScoresInOrder(hits: readonly SearchHit[]): void {
  const scores = hits.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  for (const score of scores) {
    expect(score).toBeGreaterThanOrEqual(0);
    expect(score).toBeLessThanOrEqual(1);
  }
}
