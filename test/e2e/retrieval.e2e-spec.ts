import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import type { AttachDatasourceDto, SearchBotDto, SearchResponse } from '../support/generated/api.js';
import { addPage, ask, createBot, ended, openConversation, type SourceView } from '../support/journey.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

const QUESTION = 'How long is the warranty of the lamp?';
const FRENCH = `Conditions de garantie. Nous réparons gratuitement pendant deux ans tout appareil qui tombe en panne ;
  la garantie de la lampe dure deux ans et commence le jour de l'achat, quel que soit le pays de livraison.`;
const WORDS = Array.from({ length: 110 }, (_, index) => `detail${index.toString(36)}`).join(' ');
/** Three sections, each a passage of its own. */
const HANDBOOK = `# Handbook\n\n## Care\n\nWipe the shade with a soft cloth. ${WORDS}\n\n## Guarantee\n\nThe lamp has a warranty of 24 months. ${WORDS.replaceAll('detail', 'rule')}\n\n## Repairs\n\nSend broken parts to Bremen.\n\n${WORDS.replaceAll('detail', 'step')}`;

describeOnEachDatabase('choosing passages', (target) => {
  const model = new FakeChatModel('obedient', { texts: ['Parts go to Bremen [1].'] });
  let testApp: TestApp;
  let site: TestSite;
  let editor: TestMember;
  let botId: string;

  beforeAll(async () => {
    site = await createSite();
    testApp = await createTestApp({ target, env: { OUTBOUND_ALLOW: site.host }, chatModels: [model] });
  });
  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    botId = (await createBot(editor)).id;
  });
  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  const addText = async (name: string, content: string): Promise<string> => {
    const { body } = await editor.post<SourceView>('/v1/datasources', {
      ...{ type: 'text', name, content, botIds: [botId] },
    });
    expect(await ended(editor, body.job.id)).toMatchObject({ state: 'succeeded' });
    return body.id;
  };
  const page = async (path: string, title: string, text: string, language = 'en'): Promise<string> => {
    site.set(path, articlePage(title, text).replace('lang="en"', `lang="${language}"`));
    return (await addPage(editor, site.url(path), [botId])).id;
  };
  const searched = async (body: Partial<SearchBotDto>, query = ''): Promise<SearchResponse> => {
    const answer = await editor.post<SearchResponse>(`/v1/bots/${botId}/search${query}`, {
      query: QUESTION,
      ...body,
    });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const namesOf = async (body: Partial<SearchBotDto> = {}): Promise<string[]> =>
    (await searched(body)).data.map(({ title }) => title);
  const attach = async (datasourceId: string, body?: AttachDatasourceDto): Promise<number> =>
    (await editor.call('PUT', `/v1/bots/${botId}/datasources/${datasourceId}`, body)).status;

  it('prefers the source that weighs more, until it weighs as the others again', async () => {
    await addText('Manual', 'The lamp has a warranty: it is long. The warranty of the lamp is 24 months.');
    const forum = await addText('Forum', 'Somebody said that a lamp has a warranty of a year or so.');

    const before = await namesOf();
    await attach(forum, { weight: 5 });
    const weighed = await namesOf();
    await attach(forum);
    const kept = await namesOf();
    await attach(forum, { weight: 1 });

    expect([before, weighed, kept, await namesOf()]).toEqual([
      ['Manual', 'Forum'],
      ['Forum', 'Manual'],
      ['Forum', 'Manual'],
      ['Manual', 'Forum'],
    ]);
  });

  it('shows how a bot uses its sources', async () => {
    const first = await addText('Manual', 'The warranty of the lamp is 24 months.');
    const second = await addText('Forum', 'A lamp has a warranty.');
    await attach(second, { weight: 0.5, filter: { languages: ['en'] } });

    const { data: all } = (await editor.send('bots.listDatasources', { botId })).body;
    const pages = (
      await editor.get<{ data: object[]; nextCursor: string }>(`/v1/bots/${botId}/datasources?limit=1`)
    ).body;
    await attach(second, { filter: null });
    const { data: after } = (await editor.send('bots.listDatasources', { botId })).body;

    expect(all).toMatchObject([
      { datasourceId: first, weight: 1, filter: null },
      { datasourceId: second, weight: 0.5, filter: { languages: ['en'] } },
    ]);
    expect(pages).toMatchObject({ data: [{ datasourceId: first }], nextCursor: expect.any(String) });
    expect(after[1]).toMatchObject({ weight: 0.5, filter: null });
  });

  it.each<[string, AttachDatasourceDto]>([
    ['a weight of nothing', { weight: 0 }],
    ['a weight of too much', { weight: 11 }],
    ['a filter of records for a text', { filter: { record: { field: 'price', op: 'lt', value: 5 } } }],
    ['an unknown part of a filter', { filter: { author: 'x' } as object }],
  ])('refuses %s', async (_, body) => {
    const source = await addText('Manual', 'The warranty of the lamp is 24 months.');

    expect(await attach(source, body)).toBe(422);
  });

  it('finds only what the filter of a question lets through', async () => {
    const text = await addText('Manual', 'The warranty of the lamp is 24 months.');
    await page(
      '/help/lamp',
      'Lamp help',
      'The lamp has a warranty of 24 months from the day on which it was bought.',
    );
    await page(
      '/blog/lamp',
      'Lamp blog',
      'We wrote about how the warranty of a lamp came to be what it is today.',
    );
    await page('/fr/lampe', 'Lampe', FRENCH, 'fr');

    expect((await namesOf()).length).toBeGreaterThanOrEqual(3);
    expect(await namesOf({ filter: { datasourceIds: [text] } })).toEqual(['Manual']);
    expect(await namesOf({ filter: { sourceTypes: ['text'] } })).toEqual(['Manual']);
    expect(await namesOf({ filter: { urlPrefixes: [site.url('/help/')] } })).toEqual(['Lamp help']);
    expect(await namesOf({ filter: { pathPrefixes: ['/blog/'] } })).toEqual(['Lamp blog']);
    expect(await namesOf({ filter: { titleContains: 'LAMP B' } })).toEqual(['Lamp blog']);
    expect(await namesOf({ filter: { languages: ['fr'] }, query: 'garantie de la lampe' })).toEqual([
      'Lampe',
    ]);
    expect(await namesOf({ filter: { fileNames: ['prices.xlsx'] } })).toEqual([]);
    expect(await namesOf({ filter: { pathPrefixes: ['/help/', '/blog/'], titleContains: 'help' } })).toEqual([
      'Lamp help',
    ]);
  });

  it('keeps to the filters of the bot and of its sources, also when it answers', async () => {
    const manual = await addText('Manual', 'The warranty of the lamp is 24 months.');
    await page(
      '/help/lamp',
      'Lamp help',
      'The lamp has a warranty of 30 months from the day on which it was bought.',
    );
    await editor.send('bots.update', { botId, body: { retrieval: { filter: { sourceTypes: ['text'] } } } });

    const names = await namesOf();
    const conversationId = await openConversation(editor, botId);
    const { answer } = (await ask(editor, conversationId, QUESTION)).body;
    await attach(manual, { filter: { languages: ['xx'] } });

    expect(names).toEqual(['Manual']);
    expect(answer.citations.map(({ datasourceId }) => datasourceId)).toEqual([manual]);
    expect(await namesOf()).toEqual([]);
  });

  it('keeps no filter that names a source of somebody else', async () => {
    const stranger = await (await testApp.workspace()).as('owner');
    const { body: foreign } = await stranger.send('datasources.create', {
      body: { type: 'text', name: 'Theirs', content: 'None of your business.' },
    });
    const own = await addText('Manual', 'The warranty of the lamp is 24 months.');
    const filter = { datasourceIds: [own, foreign.id] };

    const answers = [
      await editor.call('PATCH', `/v1/bots/${botId}`, { retrieval: { filter } }),
      await editor.post('/v1/bots', { name: 'Curious', retrieval: { filter } }),
      await editor.call('PUT', `/v1/bots/${botId}/datasources/${own}`, { filter }),
    ];

    expect(
      answers.map(({ status, body }) => [status, (body['errors'] as { path: string }[])[0]?.path]),
    ).toEqual([
      [422, 'retrieval.filter.datasourceIds'],
      [422, 'retrieval.filter.datasourceIds'],
      [422, 'filter.datasourceIds'],
    ]);
  });

  it('filters records by their fields, those that the source shows and no others', async () => {
    const { body: table } = await editor.send('tables.create', {
      body: {
        name: 'Lamps',
        fields: [
          { name: 'Name', type: 'text' },
          { name: 'Price', type: 'number' },
          { name: 'Margin', type: 'number' },
        ],
      },
    });
    const rows = [
      { name: 'Desk lamp with warranty', price: 20, margin: 1 },
      { name: 'Floor lamp with warranty', price: 200, margin: 2 },
    ];
    await editor.send('records.create', {
      tableId: table.id,
      body: { records: rows.map((fields) => ({ fields })) },
    });
    await addText('Manual', 'The warranty of the lamp is 24 months.');
    const { body: source } = await editor.post<SourceView>('/v1/datasources', {
      ...{ type: 'table', tableId: table.id, tableFields: ['name', 'price'], botIds: [botId] },
    });
    await ended(editor, source.job.id);
    const found = async (record: object): Promise<string[]> =>
      (await searched({ filter: { record } as object })).data.map(({ text }) => text.split('\n')[0] ?? '');
    const cheap = { field: 'price', op: 'lt', value: 100 };

    expect(await found(cheap)).toEqual(['Name: Desk lamp with warranty']);
    expect(await attach(source.id, { filter: { record: { not: cheap } } })).toBe(204);
    expect(await found({ field: 'price', op: 'gt', value: 0 })).toEqual(['Name: Floor lamp with warranty']);
    expect(await namesOf()).toEqual(expect.arrayContaining(['Manual', 'Lamps']));
    expect(await attach(source.id, { filter: { record: { field: 'margin', op: 'lt', value: 5 } } })).toBe(
      422,
    );
    const prying = await editor.post(`/v1/bots/${botId}/search`, {
      ...{ query: QUESTION, filter: { record: { field: 'margin', op: 'lt', value: 5 } } },
    });
    expect(prying.status).toBe(422);
  });

  it('gives what stands around a passage along, to be cited, too', async () => {
    await addText('Handbook', HANDBOOK);
    await editor.send('bots.update', {
      ...{
        botId,
        body: { model: { provider: 'obedient', name: 'any' }, retrieval: { topK: 1, neighbours: 1 } },
      },
    });

    const [hit] = (await searched({})).data;
    const conversationId = await openConversation(editor, botId);
    const { answer } = (await ask(editor, conversationId, QUESTION)).body;

    expect(hit?.text).toContain('warranty of 24 months');
    expect(hit?.neighbours?.map(({ distance }) => distance)).toEqual([-1, 1]);
    const [source] = model.requests.at(-1)?.sources ?? [];
    expect(source?.text).toContain('soft cloth');
    expect(source?.text).toContain('Bremen');
    expect(answer.citations.map(({ quote }) => quote)).toEqual(['Send broken parts to Bremen.']);
  });

  it('gives one of several passages that say the same, unless all are asked for', async () => {
    const text = `The lamp has a warranty of 24 months. ${WORDS}`;
    await addText('Manual', text);
    await addText('Manual, copied', `${text} Copied.`);

    const one = await namesOf();
    await editor.send('bots.update', { botId, body: { retrieval: { keepDuplicates: true } } });

    expect(one).toHaveLength(1);
    expect(await namesOf()).toHaveLength(2);
  });

  it('explains how each passage came to its place', async () => {
    const text =
      'How long the warranty of the lamp is depends on where you bought it; ask the shop, and bring the receipt.';
    const manual = await addText('Manual', text);
    await addText('Copy', `${text} Really.`);
    await addText('Forum', 'Nobody knows about lamps.');
    await attach(manual, { weight: 2 });

    const { data, explanation } = await searched({ topK: 1 }, '?explain=true');
    const without = await searched({ topK: 1 });

    expect(data.map(({ datasourceId }) => datasourceId)).toEqual([manual]);
    expect(without.explanation).toBeUndefined();
    expect(explanation).toMatchObject({
      corpus: { passages: 3, languages: ['en'], isFiltered: false },
      terms: expect.arrayContaining([{ term: 'warranti', passages: 2 }]),
      embeddingModel: expect.any(String),
      support: { threshold: expect.any(Number), isSupported: true },
      passages: [
        { title: 'Manual', outcome: 'returned', weight: 2, weighted: { rank: 1 } },
        { title: 'Copy', outcome: 'duplicate', duplicateOf: { chunkId: data[0]?.chunkId } },
        { title: 'Forum', outcome: 'beyond_top_k', lexical: { rank: 3 } },
      ],
    });
    expect((await editor.post(`/v1/bots/${botId}/search?explain=maybe`, { query: 'x' })).status).toBe(422);
  });

  it('refuses filters and wishes that nobody understands', async () => {
    const bodies = [
      { query: 'x', filter: { languages: 'en' } },
      { query: 'x', filter: { sourceTypes: ['carrier pigeon'] } },
      { query: 'x', filter: { record: [] } },
      { query: 'x', filter: { record: { nonsense: true } } },
      { query: 'x', neighbours: 3 },
      { query: 'x', minScore: 2 },
    ];

    for (const body of bodies)
      expect((await editor.call('POST', `/v1/bots/${botId}/search`, body)).status).toBe(422);
  });
});
