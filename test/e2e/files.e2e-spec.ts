import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import type { CreateDatasourceDto, StartedSyncResponse } from '../support/generated/api.js';
import { ask, createBot, ended, openConversation, type SourceView } from '../support/journey.js';

const WARRANTY = 'The lamp comes with a warranty of 24 months from the day of purchase.';
const GUIDE = `# Lamp guide\n\n## Warranty\n\n${WARRANTY}\n\n## Returns\n\nGoods go back within 30 days.`;

describe('texts and files', () => {
  let testApp: TestApp;
  let editor: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({});
  });

  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
  });

  afterAll(() => testApp.close());

  const settled = async ({ id: datasourceId, job }: StartedSyncResponse): Promise<SourceView> => {
    await ended(editor, job.id);
    return { ...(await editor.send('datasources.get', { datasourceId })).body, job };
  };
  const add = async (body: CreateDatasourceDto): Promise<SourceView> =>
    settled((await editor.send('datasources.create', { body })).body);
  const citationsOf = async (botId: string, question: string) => {
    const conversation = await openConversation(editor, botId);
    return (await ask(editor, conversation, question)).body.answer.citations;
  };

  describe('a text', () => {
    it('answers with citations that have its name and no address', async () => {
      const { id: botId } = await createBot(editor);

      const source = await add({ type: 'text', name: 'Lamp guide', content: GUIDE, botIds: [botId] });
      const [citation] = await citationsOf(botId, 'How long is the warranty of the lamp?');

      expect(source).toMatchObject({ type: 'text', name: 'Lamp guide', status: 'ready', documentCount: 1 });
      expect(source).not.toHaveProperty('url');
      expect(citation).toMatchObject({ datasourceId: source.id, title: 'Lamp guide', quote: WARRANTY });
      expect(citation).not.toHaveProperty('url');
    });

    it('is called by its first line where it has no name', async () => {
      const { name } = await add({ type: 'text', content: '\n---\n## Opening hours\nFrom nine to five.' });

      expect(name).toBe('Opening hours');
    });

    it('is read anew when its content or its name changes', async () => {
      const { id: botId } = await createBot(editor);
      const { id: datasourceId } = await add({ type: 'text', content: GUIDE, botIds: [botId] });

      const content = GUIDE.replace('24 months', '36 months');
      await editor.send('datasources.update', { datasourceId, body: { content, name: 'New guide' } });
      await settled((await editor.send('datasources.sync', { datasourceId })).body);
      const [citation] = await citationsOf(botId, 'How long is the warranty of the lamp?');

      expect(citation).toMatchObject({ title: 'New guide', quote: WARRANTY.replace('24', '36') });
    });

    it('is unchanged when it is read again', async () => {
      const { id: datasourceId } = await add({ type: 'text', content: GUIDE });

      await settled((await editor.send('datasources.sync', { datasourceId })).body);
      const { data } = (await editor.send('datasources.listRuns', { datasourceId })).body;

      expect(data.map(({ unchanged, added }) => ({ unchanged, added }))).toEqual([
        { unchanged: 1, added: 0 },
        { unchanged: 0, added: 1 },
      ]);
      expect(data[0]?.pages[0]).not.toHaveProperty('url');
    });
  });

  it.each<[string, CreateDatasourceDto, string]>([
    ['a text without content', { type: 'text', name: 'Empty' }, 'content'],
    ['a text with an address', { type: 'text', content: GUIDE, url: 'https://example.com/' }, 'url'],
    ['a page without an address', { type: 'url' }, 'url'],
    ['a page with content', { type: 'url', url: 'https://example.com/', content: GUIDE }, 'content'],
  ])('refuse %s, and name the field', async (_, body, field) => {
    const answer = await editor.call('POST', '/v1/datasources', body);

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'invalid_fields', errors: [{ path: field }] });
  });

  it('refuse a field of another type in a change, and name it', async () => {
    const { id: datasourceId } = await add({ type: 'text', content: GUIDE });

    const answer = await editor.call('PATCH', `/v1/datasources/${datasourceId}`, {
      url: 'https://example.com/',
    });

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ errors: [{ path: 'url', message: 'is no field of the type text' }] });
  });
});
