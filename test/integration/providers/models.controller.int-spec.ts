import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '../../support/app.js';

const KEY = 'sk-very-secret-key';

describe('GET /v1/models', () => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await createTestApp({ env: { OPENAI_API_KEY: KEY } });
  });
  afterAll(() => testApp.close());

  it('shows every role the models and nothing of the key', async () => {
    const viewer = await (await testApp.workspace()).as('viewer');

    const { status, body } = await viewer.get('/v1/models');

    expect(status).toBe(200);
    expect(body).toEqual({
      data: expect.arrayContaining([
        expect.objectContaining({
          ...{ provider: 'local', name: 'extractive', configured: true, isOwn: false },
          price: expect.objectContaining({ input: 0, output: 0 }),
        }),
        expect.objectContaining({
          ...{ provider: 'openai', name: 'gpt-4o-mini', configured: true, contextWindow: 128_000 },
          price: expect.objectContaining({ input: 0.15, output: 0.6, asOf: expect.any(String) }),
        }),
        expect.objectContaining({ provider: 'anthropic', configured: false }),
      ]),
      nextCursor: null,
    });
    expect(JSON.stringify(body)).not.toContain(KEY);
  });

  it('refuses an interface that the provider of a model has not', async () => {
    const admin = await (await testApp.workspace()).as('admin');
    const said = { name: 'support-model', api: 'responses' } as const;

    const refused = await admin.call('PUT', '/v1/model-overrides', {
      ...said,
      provider: 'openai-compatible',
    });
    const taken = await admin.send('models.putOverride', { body: { ...said, provider: 'azure-openai' } });

    expect([refused.status, refused.body]).toEqual([
      422,
      expect.objectContaining({ errors: [{ path: 'api', message: 'is no interface of this provider' }] }),
    ]);
    expect(taken.body.api).toBe('responses');
  });

  it('shows nothing without a token', async () => {
    const { status, body } = await testApp.anonymous.get('/v1/models');

    expect([status, body.code]).toEqual([401, 'unauthenticated']);
  });
});
