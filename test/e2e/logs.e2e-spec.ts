import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiClient } from '../support/api-client.js';
import { TestServer } from '../support/server.js';

const PASSWORD = 'Unspoken-horse-7-battery';
const QUESTION = 'What is the unspeakable question?';

describe('the log', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await TestServer.start({ env: { LOG_LEVEL: 'trace' } });
  }, 120_000);

  afterAll(() => server.stop());

  it('holds request ids, but at no level passwords, tokens, keys or what was said', async () => {
    const anonymous = apiClient(server.url);
    const registration = { email: 'quiet@example.com', password: PASSWORD, workspaceName: 'Quiet' };
    const { body } = await anonymous.post<{ accessToken: string; refreshToken: string }>(
      '/v1/auth/register',
      registration,
    );
    const owner = apiClient(server.url, body.accessToken);
    const key = await owner.post<{ key: string }>('/v1/api-keys', { name: 'Quiet' });
    const bot = await owner.post<{ id: string }>('/v1/bots', { name: 'Quiet' });
    const conversation = await owner.post<{ id: string }>(`/v1/bots/${bot.body.id}/conversations`, {});
    const turn = await owner.post(`/v1/conversations/${conversation.body.id}/messages`, {
      content: QUESTION,
    });
    await owner.get(`/v1/conversations?externalUserId=secret-person`);
    await anonymous.post('/v1/auth/register', registration);

    const log = server.log;
    expect(turn.status).toBe(200);
    expect(log).toContain(turn.headers.get('x-request-id'));
    for (const secret of [
      PASSWORD,
      QUESTION,
      body.accessToken,
      body.refreshToken,
      key.body.key,
      'secret-person',
      'quiet@example.com',
    ]) {
      expect(log).not.toContain(secret);
    }
  });
});
