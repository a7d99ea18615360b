import { JwtService } from '@nestjs/jwt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiClient } from '../support/api-client.js';
import { createTestApp, type TestApp } from '../support/app.js';
import type { RegisterDto, SignedInResponse } from '../support/generated/api.js';

const PASSWORD = 'Correct-horse-7-battery';
let people = 0;
const registration = (more: Partial<RegisterDto> = {}): RegisterDto => {
  people += 1;
  return { email: `person-${people}@example.com`, password: PASSWORD, workspaceName: 'Engines', ...more };
};

describe('signing up, in and out', () => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await createTestApp();
  });

  afterAll(() => testApp.close());

  const register = async (): Promise<SignedInResponse> =>
    (await testApp.anonymous.send('auth.register', { body: registration() })).body;

  it('makes an account, a workspace and a session', async () => {
    const answer = await testApp.anonymous.send('auth.register', { body: registration({ name: 'Ada' }) });

    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      user: { name: 'Ada' },
      workspace: { name: 'Engines' },
      role: 'owner',
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/hash/i);
    const me = await apiClient(testApp.baseUrl, answer.body.accessToken).send('auth.me');
    expect(me.body).toMatchObject({ user: answer.body.user, kind: 'user' });
  });

  it('takes an e-mail address once, whatever its case', async () => {
    const { user } = await register();

    const again = await testApp.anonymous.post(
      '/v1/auth/register',
      registration({ email: ` ${user.email.toUpperCase()} ` }),
    );

    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ code: 'auth.email_taken' });
  });

  it.each([
    ['a short password', { password: 'short-1' }],
    ['a guessable password', { password: 'password12345' }],
    ['a repetitive password', { password: 'abcabcabcabc' }],
    ['no e-mail address', { email: 'nobody' }],
    ['an unknown field', { role: 'owner' }],
    ['a server-owned field', { workspaceId: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a' }],
    ['a wrong type', { email: { $ne: null } }],
    ['a NUL byte', { workspaceName: 'a\u0000b' }],
    ['half a surrogate pair', { workspaceName: 'a\ud800b' }],
    ['a very long name', { workspaceName: 'x'.repeat(121) }],
    ['null', { workspaceName: null }],
  ])('refuses %s', async (_, wrong) => {
    const answer = await testApp.anonymous.post('/v1/auth/register', { ...registration(), ...wrong });

    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'invalid_fields', status: 422 });
  });

  it('says the same of a wrong password and of an unknown address', async () => {
    const { user } = await register();

    const wrong = await testApp.anonymous.post('/v1/auth/login', {
      email: user.email,
      password: 'not this one',
    });
    const unknown = await testApp.anonymous.post('/v1/auth/login', {
      email: 'no@example.com',
      password: 'x',
    });

    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(wrong.body['detail']).toBe(unknown.body['detail']);
  });

  it('signs in with the right password', async () => {
    const { user, workspace } = await register();

    const answer = await testApp.anonymous.send('auth.login', {
      body: { email: user.email, password: PASSWORD },
    });

    expect(answer.status).toBe(200);
    expect(answer.body.workspace.id).toBe(workspace.id);
  });

  it('rotates refresh tokens and ends the session when a used one comes back', async () => {
    const first = await register();

    const second = await testApp.anonymous.send('auth.refresh', {
      body: { refreshToken: first.refreshToken },
    });
    const stolen = await testApp.anonymous.post('/v1/auth/refresh', { refreshToken: first.refreshToken });
    const afterwards = await testApp.anonymous.post('/v1/auth/refresh', {
      refreshToken: second.body.refreshToken,
    });
    const me = await apiClient(testApp.baseUrl, second.body.accessToken).get('/v1/auth/me');

    expect(second.status).toBe(200);
    expect(stolen.body).toMatchObject({ status: 401, code: 'auth.invalid_refresh_token' });
    expect([afterwards.status, me.status]).toEqual([401, 401]);
  });

  it('lets one of two refreshes with the same token win', async () => {
    const { refreshToken } = await register();

    const answers = await Promise.all(
      [1, 2].map(() => testApp.anonymous.post('/v1/auth/refresh', { refreshToken })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it.each([null, '', 'x', ['cq'], { a: 1 }, 'cq_refresh_x.01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a'])(
    'refuses the refresh token %j',
    async (refreshToken) => {
      const { status } = await testApp.anonymous.post('/v1/auth/refresh', { refreshToken });

      expect([401, 422]).toContain(status);
    },
  );

  it('ends access and refresh tokens at once on logout', async () => {
    const { accessToken, refreshToken } = await register();
    const client = apiClient(testApp.baseUrl, accessToken);

    const out = await client.send('auth.logout');

    expect(out.status).toBe(204);
    expect((await client.get('/v1/auth/me')).status).toBe(401);
    expect((await testApp.anonymous.post('/v1/auth/refresh', { refreshToken })).status).toBe(401);
  });

  it.each([
    ['garbage', 'garbage'],
    ['an unsigned token', `${btoa('{"alg":"none"}')}.${btoa('{"sub":"x","sid":"x"}')}.`],
    ['an unknown key', `cq_key_${'a'.repeat(43)}`],
  ])('refuses %s as a credential', async (_, token) => {
    expect((await apiClient(testApp.baseUrl, token).get('/v1/auth/me')).status).toBe(401);
  });

  it('tells apart who calls at once, those whose session or key has ended and those who never had one among them', async () => {
    const [first, second, leaver, maker] = [
      await register(),
      await register(),
      await register(),
      await register(),
    ];
    const makerClient = apiClient(testApp.baseUrl, maker.accessToken);
    const [kept, revoked] = [
      (await makerClient.send('apiKeys.create', { body: { name: 'Kept' } })).body,
      (await makerClient.send('apiKeys.create', { body: { name: 'Revoked' } })).body,
    ];
    await makerClient.send('apiKeys.revoke', { apiKeyId: revoked.id });
    await apiClient(testApp.baseUrl, leaver.accessToken).send('auth.logout');
    const nobody = await testApp.app.get(JwtService).signAsync({ sub: first.user.id, sid: "x'}" });
    const callers: [token: string, email: string | undefined][] = [
      [first.accessToken, first.user.email],
      [second.accessToken, second.user.email],
      [leaver.accessToken, undefined],
      [kept.key, maker.user.email],
      [revoked.key, undefined],
      [nobody, undefined],
      ['garbage', undefined],
    ];

    const crowd = Array.from({ length: 15 }, () => callers).flat();
    const answers = await Promise.all(
      crowd.map(([token]) => apiClient(testApp.baseUrl, token).get('/v1/auth/me')),
    );

    expect(answers).toMatchObject(
      crowd.map(([, email]) => (email ? { status: 200, body: { user: { email } } } : { status: 401 })),
    );
  });
});

describe('API keys', () => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await createTestApp();
  });

  afterAll(() => testApp.close());

  it('are shown once, act with their role, and end when they are revoked', async () => {
    const owner = await (await testApp.workspace()).as('owner');

    const made = await owner.send('apiKeys.create', { body: { name: 'Import', role: 'editor' } });
    const apiKeyId = made.body.id;
    const byKey = apiClient(testApp.baseUrl, made.body.key);

    expect(made.status).toBe(201);
    expect(made.body.key.startsWith(made.body.prefix)).toBe(true);
    expect((await byKey.send('auth.me')).body).toMatchObject({ role: 'editor', kind: 'apiKey' });
    expect((await byKey.send('bots.create', { body: { name: 'Made by key' } })).status).toBe(201);
    expect((await byKey.get('/v1/api-keys')).status).toBe(403);
    const list = await owner.send('apiKeys.list');
    expect(JSON.stringify(list.body)).not.toContain(made.body.key);
    expect((await owner.send('apiKeys.revoke', { apiKeyId })).status).toBe(204);
    expect((await byKey.get('/v1/auth/me')).status).toBe(401);
    expect((await owner.call('DELETE', `/v1/api-keys/${apiKeyId}`)).status).toBe(404);
  });

  it('can be narrowed to single permissions', async () => {
    const owner = await (await testApp.workspace()).as('owner');
    const made = await owner.send('apiKeys.create', { body: { name: 'Reader', permissions: ['read Bot'] } });
    const byKey = apiClient(testApp.baseUrl, made.body.key);

    expect((await byKey.send('bots.list')).status).toBe(200);
    expect((await byKey.post('/v1/bots', { name: 'No' })).status).toBe(403);
    expect((await byKey.get('/v1/datasources')).status).toBe(403);
  });

  it.each([
    ['a role above its maker', { role: 'owner' }],
    ['a permission that its maker lacks', { permissions: ['transfer Workspace'] }],
  ])('cannot be given %s', async (_, more) => {
    const admin = await (await testApp.workspace()).as('admin');

    const answer = await admin.post('/v1/api-keys', { name: 'Too strong', ...more });

    expect(answer.body).toMatchObject({ status: 403, code: 'auth.key_above_maker' });
  });

  it('must end in the future', async () => {
    const owner = await (await testApp.workspace()).as('owner');

    const answer = await owner.post('/v1/api-keys', { name: 'Old', expiresAt: '2020-01-01T00:00:00Z' });

    expect(answer.status).toBe(422);
  });

  it('are the business of admins alone', async () => {
    const editor = await (await testApp.workspace()).as('editor');

    expect((await editor.post('/v1/api-keys', { name: 'No' })).status).toBe(403);
  });

  it('of another workspace are not found', async () => {
    const owner = await (await testApp.workspace()).as('owner');
    const stranger = await (await testApp.workspace()).as('owner');
    const made = await owner.send('apiKeys.create', { body: { name: 'Mine' } });

    expect((await stranger.call('DELETE', `/v1/api-keys/${made.body.id}`)).status).toBe(404);
    expect((await stranger.send('apiKeys.list')).body.data).toEqual([]);
  });
});
