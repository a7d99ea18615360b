import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LLMock } from '@copilotkit/aimock';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { addPage, createBot, openConversation } from '../support/journey.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

const FACT = 'The Aurora lamp comes with a warranty of 24 months from the day of purchase.';

describe('a bot on an OpenAI-compatible server', () => {
  const openAi = new LLMock({ port: 0, chunkSize: 8, logLevel: 'silent' });
  let testApp: TestApp;
  let site: TestSite;
  let editor: TestMember;

  beforeAll(async () => {
    openAi.onMessage(/[\s\S]*/, { content: 'It lasts 24 months [1]. The moon is blue [9].' });
    await openAi.start();
    site = await createSite({ '/help': articlePage('Help', FACT) });
    testApp = await createTestApp({
      env: { OUTBOUND_ALLOW: site.host, OPENAI_BASE_URL: `${openAi.url}/v1` },
    });
    editor = await (await testApp.workspace()).as('editor');
  });

  afterAll(async () => {
    await testApp.close();
    await site.close();
    await openAi.stop();
  });

  it('streams its answer with citations that were checked', async () => {
    const bot = await createBot(editor, { model: { provider: 'openai', name: 'gpt-4o-mini' } });
    await addPage(editor, site.url('/help'), [bot.id]);
    const conversationId = await openConversation(editor, bot.id);

    const events = await editor.events('conversations.ask', {
      conversationId,
      body: { content: 'How long is the warranty of the Aurora lamp?' },
    });

    expect(events.at(-1)).toMatchObject({
      event: 'message.completed',
      data: {
        message: {
          content: 'It lasts 24 months [1]. The moon is blue .',
          citations: [{ index: 1, quote: FACT }],
          answered: true,
          model: { provider: 'openai', name: 'gpt-4o-mini' },
        },
      },
    });
  });

  it('reaches the address that the operator set, and pages there do not', async () => {
    const { status, body } = await editor.post('/v1/datasources', {
      type: 'url',
      url: `${openAi.url}/v1/models`,
    });

    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'outbound.address_refused' });
  });
});
