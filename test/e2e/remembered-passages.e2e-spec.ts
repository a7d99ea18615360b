import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { PassageMemory } from '../../src/modules/datasources/retrieval/passage-memory.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { AttachDatasourceDto, CreateDatasourceDto, SearchBotDto } from '../support/generated/api.js';
import { addPage, createBot, ended, syncAgain } from '../support/journey.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

const QUESTION = 'What does the desk lamp cost?';
const OLD = 'The desk lamp costs 20 euros, which is little for a lamp.';
const NEW = 'The desk lamp costs 35 euros since the spring.';
const EVERYWHERE =
  'Our support desk answers the telephone on working days and knows everything about lamps. '.repeat(12);

const pageOfModel = (
  model: string,
  support: string,
): string => `<html lang="en"><head><title>${model}</title></head>
  <body><main><h1>Model ${model}</h1><p>${`Model ${model} needs a bulb of its own. `.repeat(10)}</p>
  <h2>Support</h2><p>${support}</p></main></body></html>`;

describeOnEachDatabase('passages that are searched in memory', (target) => {
  let testApp: TestApp;
  let site: TestSite;
  let editor: TestMember;
  let botId: string;
  let indexOf: jest.SpiedFunction<PassageMemory['indexOf']>;

  beforeAll(async () => {
    site = await createSite();
    testApp = await createTestApp({
      ...{ target, env: { OUTBOUND_ALLOW: site.host }, searchLimits: { loadedAfterSearches: 1 } },
    });
    indexOf = jest.spyOn(testApp.app.get(PassageMemory), 'indexOf');
  });
  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    botId = (await createBot(editor)).id;
  });
  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  const searched = async (body: Partial<SearchBotDto> = {}): Promise<string[]> =>
    (await editor.send('bots.search', { botId, body: { query: QUESTION, ...body } })).body.data.map(
      ({ text }) => text,
    );
  const isFromMemory = (): boolean => indexOf.mock.results.at(-1)?.value !== null;
  /** What is found once it is found in memory. */
  const remembered = (body: Partial<SearchBotDto> = {}): Promise<string[]> =>
    eventually(() => searched(body), isFromMemory);
  const add = async (body: CreateDatasourceDto): Promise<string> => {
    const { body: source } = await editor.send('datasources.create', { body });
    expect(await ended(editor, source.job.id)).toMatchObject({ state: 'succeeded' });
    return source.id;
  };
  const addText = (content: string): Promise<string> =>
    add({ type: 'text', name: 'Prices', content, botIds: [botId] });

  const attach = async (datasourceId: string, body: AttachDatasourceDto): Promise<void> => {
    const { status } = await editor.call('PUT', `/v1/bots/${botId}/datasources/${datasourceId}`, body);
    expect(status).toBe(204);
  };

  it('are found as before', async () => {
    await addText(OLD);

    const before = await searched();

    expect(await remembered()).toEqual(before);
    expect(before).toEqual([OLD]);
  });

  it('are those of a text that was changed', async () => {
    const datasourceId = await addText(OLD);
    await remembered();

    await editor.send('datasources.update', { datasourceId, body: { content: NEW } });
    await syncAgain(editor, datasourceId);

    expect(await searched()).toEqual([NEW]);
    expect(await remembered()).toEqual([NEW]);
  });

  it('are those of a page that was read again', async () => {
    site.set('/price', articlePage('Price', OLD));
    const { id } = await addPage(editor, site.url('/price'), [botId]);
    expect((await remembered())[0]).toContain(OLD);

    site.set('/price', articlePage('Price', NEW));
    await syncAgain(editor, id);

    expect((await searched()).join(' ')).not.toContain(OLD);
    expect((await remembered())[0]).toContain(NEW);
  });

  it('are not those of a source that was deleted', async () => {
    const datasourceId = await addText(OLD);
    await addText('Lamps of all kinds are repaired.');
    expect(await remembered()).toContain(OLD);

    await editor.send('datasources.remove', { datasourceId });

    expect(await searched()).not.toContain(OLD);
    expect(await remembered()).not.toContain(OLD);
  });

  it('are those of the sources that are attached', async () => {
    const datasourceId = await addText(OLD);
    const other = await add({ type: 'text', name: 'More', content: NEW });
    expect(await remembered()).toEqual([OLD]);

    await attach(other, {});
    expect(new Set(await searched())).toEqual(new Set([OLD, NEW]));
    expect(new Set(await remembered())).toEqual(new Set([OLD, NEW]));
    await editor.send('bots.detach', { botId, datasourceId });

    expect(await searched()).toEqual([NEW]);
    expect(await remembered()).toEqual([NEW]);
  });

  it('are in another order once their source counts more, and fewer where a filter leaves some out', async () => {
    await addText(`${OLD} It is a good lamp, and the desk is a good desk.`);
    const poor = await add({
      type: 'text',
      name: 'Poor',
      content: 'Somebody said what a lamp may cost.',
      botIds: [botId],
    });
    const [first] = await remembered();

    await attach(poor, { weight: 9 });
    const weighed = await searched();
    const isKept = isFromMemory();
    const filtered = await searched({ filter: { datasourceIds: [poor] } });

    expect(first).toContain(OLD);
    expect(weighed[0]).toContain('Somebody');
    expect(isKept).toBe(true);
    expect(filtered).toHaveLength(1);
  });

  it('are those of questions and answers that were changed', async () => {
    const datasourceId = await add({
      ...{ type: 'qa', name: 'Answers', botIds: [botId] },
      items: [{ question: QUESTION, answer: 'Twenty euros.' }],
    });
    expect(await remembered()).toEqual(['Twenty euros.']);

    const { body: items } = await editor.send('qaItems.list', { datasourceId });
    const changed = await editor.send('qaItems.change', {
      ...{ datasourceId, itemId: items.data[0]?.id ?? '', body: { answer: 'Thirty-five euros.' } },
    });
    await ended(editor, changed.body.job.id);

    expect(await searched()).toEqual(['Thirty-five euros.']);
    expect(await remembered()).toEqual(['Thirty-five euros.']);
  });

  it('are those of records that were changed, added and deleted', async () => {
    const { body: table } = await editor.send('tables.create', {
      body: {
        name: 'Lamps',
        fields: [
          { name: 'Title', type: 'text' },
          { name: 'Price', type: 'number' },
        ],
      },
    });
    const records = [
      { fields: { title: 'Desk lamp', price: 20 } },
      { fields: { title: 'Floor lamp', price: 70 } },
    ];
    const made = await editor.send('records.create', { tableId: table.id, body: { records } });
    await add({ type: 'table', tableId: table.id, botIds: [botId] });
    const [desk, floor] = made.body.data.map(({ id }) => id);
    expect((await remembered()).join(' ')).toContain('20');

    await editor.send('records.update', {
      ...{ tableId: table.id, recordId: desk ?? '', body: { fields: { price: 35 } } },
    });
    await editor.send('records.remove', { tableId: table.id, recordId: floor ?? '' });
    await editor.send('records.create', {
      ...{ tableId: table.id, body: { records: [{ fields: { title: 'Night lamp', price: 15 } }] } },
    });

    // Whatever is in memory meanwhile: what has been read from the table is found.
    const found = await eventually(
      async () => (await searched()).join(' '),
      (texts) => texts.includes('35') && texts.includes('Night') && !texts.includes('70'),
    );
    expect((await remembered()).join(' ')).toBe(found);
  });

  it('are those of another page once the one is gone that stood for both', async () => {
    const links = '<a href="/one">One</a> <a href="/two">Two</a>';
    site.set('/start', articlePage('Start', 'It begins.', links));
    site.set('/one', pageOfModel('one', EVERYWHERE));
    site.set('/two', pageOfModel('two', EVERYWHERE));
    const datasourceId = await add({ type: 'site', startUrls: [site.url('/start')], botIds: [botId] });
    const desk = { query: 'When does the support desk answer the telephone?', topK: 20 };
    const desks = (texts: readonly string[]): number =>
      texts.filter((text) => text.includes('support desk')).length;
    expect(desks(await remembered(desk))).toBe(1);

    site.set(
      '/one',
      pageOfModel('one', 'Nobody answers any more, on no day, and there is no telephone. '.repeat(12)),
    );
    await syncAgain(editor, datasourceId);

    expect(desks(await searched(desk))).toBe(1);
    expect(desks(await remembered(desk))).toBe(1);
  });

  it('never are those of another workspace', async () => {
    await addText(OLD);
    await remembered();
    const stranger = await (await testApp.workspace()).as('owner');

    const { status } = await stranger.call('POST', `/v1/bots/${botId}/search`, { query: QUESTION });

    expect(status).toBe(404);
  });
});
