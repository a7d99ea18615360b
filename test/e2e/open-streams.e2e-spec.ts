import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiClient } from '../support/api-client.js';
import { FakeChatModel } from '../fakes/fake.chat-model.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { createBot, openConversation } from '../support/journey.js';

const endless = new FakeChatModel('endless', {
  texts: Array.from({ length: 2_000 }, () => 'on and on '),
  delayMs: 20,
});

describe('open streams', () => {
  let testApp: TestApp;
  let owner: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ chatModels: [endless] });
    owner = await (await testApp.workspace()).as('owner');
  });

  afterAll(() => testApp.close());

  /** Starts a stream that would go on for 40 s, and waits until the model speaks. */
  const streaming = async (client: { token?: string }): Promise<{ ended: Promise<unknown> }> => {
    const caller = apiClient(testApp.baseUrl, client.token);
    const bot = await createBot(owner, { model: { provider: 'endless', name: 'any' } });
    const conversationId = await openConversation(caller, bot.id);
    const asked = endless.requests.length;
    const stream = caller.events('conversations.ask', { conversationId, body: { content: 'Go on.' } });
    await eventually(
      () => endless.requests.length,
      (count) => count > asked,
    );
    return { ended: stream.then((events) => events.at(-1)) };
  };

  it('end soon after their reader has signed out', async () => {
    const abandoned = endless.abandoned;
    const { ended } = await streaming(owner);

    await owner.send('auth.logout');

    expect(await ended).toMatchObject({ event: 'error', data: { code: 'unauthenticated' } });
    await eventually(
      () => endless.abandoned,
      (count) => count === abandoned + 1,
    );
  });

  it('end soon after their key was revoked', async () => {
    owner = await (await testApp.workspace()).as('owner');
    const made = await owner.send('apiKeys.create', { body: { name: 'Reader' } });
    const { ended } = await streaming({ token: made.body.key });

    await owner.send('apiKeys.revoke', { apiKeyId: made.body.id });

    expect(await ended).toMatchObject({ event: 'error', data: { code: 'unauthenticated' } });
  });
});
