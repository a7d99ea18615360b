import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { RetrievalService } from '#modules/datasources';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { createBot, messagesOf, openConversation } from '../support/journey.js';

const INSIDE = 'the passages of 10.0.0.7 are gone';

describe('a tool that fails for a reason of ours', () => {
  const model = new FakeChatModel(
    'searching',
    {
      texts: [],
      toolCalls: [{ id: 'call_1', name: 'search_sources', arguments: { query: 'hours' } }],
    },
    { texts: ['I could not look.'] },
  );
  const lines: string[] = [];
  let testApp: TestApp;

  beforeAll(async () => {
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    testApp = await createTestApp({ chatModels: [model], env: { LOG_LEVEL: 'info' } });
  });
  afterAll(async () => {
    await testApp.close();
    jest.restoreAllMocks();
  });

  it('is logged once with the id of the request, and the model is told only that it failed', async () => {
    const editor = await (await testApp.workspace()).as('editor');
    const { id: botId } = await createBot(editor, {
      model: { provider: 'searching', name: 'any' },
      tools: ['search_sources'],
    });
    const conversationId = await openConversation(editor, botId);
    const asked = { 'x-request-id': 'the-request-whose-tool-fails' };
    jest
      .spyOn(testApp.app.get(RetrievalService), 'search')
      .mockResolvedValueOnce({ hits: [], support: 0, supported: false })
      .mockRejectedValueOnce(new Error(INSIDE));

    const { status } = await editor.call(
      'POST',
      `/v1/conversations/${conversationId}/messages`,
      { content: 'When?' },
      asked,
    );

    expect(status).toBe(200);
    expect(model.requests.at(-1)?.messages.at(-1)).toMatchObject({
      ...{ role: 'tool', content: 'The tool failed.', isError: true },
    });
    expect(JSON.stringify(await messagesOf(editor, conversationId))).not.toContain(INSIDE);
    const logged = await eventually(
      () => lines.flatMap((line) => line.split('\n')).filter((line) => line.includes(INSIDE)),
      (found) => found.length > 0,
    );
    expect(logged.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 50, msg: 'A tool failed unexpectedly', requestId: asked['x-request-id'] },
    ]);
  });
});
