import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EntityManager } from '@mikro-orm/core';
import { JwtService } from '@nestjs/jwt';
import { Tenancy } from '#common/database';
import { apiClient, type ApiClient } from '../support/api-client.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { createBot } from '../support/journey.js';
import { rawCall } from '../support/raw-call.js';
import { Membership } from '../../src/modules/auth/entities/membership.entity.js';
import { SessionsService } from '../../src/modules/auth/sessions.service.js';

interface Credentials {
  readonly member: TestMember;
  readonly key: ApiClient;
  readonly refreshToken: string;
}

describe('credentials', () => {
  let testApp: TestApp;

  beforeAll(async () => {
    testApp = await createTestApp();
  });

  afterAll(() => testApp.close());

  const inDatabase = <T>(work: (em: EntityManager) => Promise<T>): Promise<T> =>
    testApp.app
      .get(Tenancy, { strict: false })
      .runUnbound(() => work(testApp.app.get(EntityManager, { strict: false })));
  const openSession = (member: TestMember): Promise<{ accessToken: string; refreshToken: string }> =>
    testApp.app
      .get(Tenancy, { strict: false })
      .runUnbound(() =>
        testApp.app
          .get(SessionsService, { strict: false })
          .open(member.user.id, member.actor.workspaceId, {}),
      );
  const adminWithKey = async (): Promise<Credentials> => {
    const member = await (await testApp.workspace()).as('admin');
    const { body } = await member.send('apiKeys.create', { body: { name: 'Mine' } });
    const { refreshToken } = await openSession(member);
    return { member, key: apiClient(testApp.baseUrl, body.key), refreshToken };
  };
  const whereAbouts = ({ member }: Credentials): object => ({
    userId: member.user.id,
    workspaceId: member.actor.workspaceId,
  });
  const statuses = async (
    { member, key, refreshToken }: Credentials,
    path = '/v1/auth/me',
  ): Promise<number[]> => [
    (await member.get(path)).status,
    (await key.get(path)).status,
    (await testApp.anonymous.post('/v1/auth/refresh', { refreshToken })).status,
  ];

  it.each([
    [
      'suspended',
      (em: EntityManager, who: object) =>
        em.nativeUpdate(Membership, who, { status: 'suspended' }, { filters: false }),
    ],
    ['removed', (em: EntityManager, who: object) => em.nativeDelete(Membership, who, { filters: false })],
  ])('of who is %s end at once: access token, refresh token and key', async (_, change) => {
    const theirs = await adminWithKey();

    const before = await theirs.member.get('/v1/auth/me');
    await inDatabase((em) => change(em.fork(), whereAbouts(theirs)));

    expect(before.status).toBe(200);
    expect(await statuses(theirs)).toEqual([401, 401, 401]);
  });

  it('of who is given a lesser role can do less at once, keys made before included', async () => {
    const theirs = await adminWithKey();

    await inDatabase((em) =>
      em.fork().nativeUpdate(Membership, whereAbouts(theirs), { role: 'viewer' }, { filters: false }),
    );
    const made = await Promise.all(
      [theirs.member, theirs.key].map((one) => one.post('/v1/bots', { name: 'No' })),
    );

    expect(await statuses(theirs, '/v1/api-keys')).toEqual([403, 403, 200]);
    expect(made.map(({ status }) => status)).toEqual([403, 403]);
  });

  it('are taken from the Authorization header alone', async () => {
    const { member, key } = await adminWithKey();
    const secrets = [member.token ?? '', key.token ?? ''];
    const carriers = secrets.flatMap((secret): { path?: string; headers?: Record<string, string> }[] => [
      { headers: { 'x-api-key': secret } },
      { headers: { 'x-access-token': secret } },
      { headers: { 'x-auth-token': secret } },
      { headers: { 'proxy-authorization': `Bearer ${secret}` } },
      { headers: { cookie: `token=${secret}; access_token=${secret}; jwt=${secret}` } },
      { headers: { authorization: secret } },
      { headers: { authorization: `Basic ${btoa(`key:${secret}`)}` } },
      { headers: { authorization: `Token ${secret}` } },
      { headers: { authorization: `Bearer ${secret}x` } },
      { path: `/v1/bots?access_token=${secret}` },
      { path: `/v1/bots?auth_token=${secret}&token=${secret}&api_key=${secret}` },
    ]);

    const answers = await Promise.all(
      carriers.map(({ path = '/v1/bots', headers = {} }) => rawCall(testApp.baseUrl, { path, headers })),
    );

    expect(answers.map(({ status }) => status)).toEqual(carriers.map(() => 401));
  });

  it('narrowed to single permissions stay narrow on every route they open', async () => {
    const { member } = await adminWithKey();
    const { id } = await createBot(member);
    const made = await member.send('apiKeys.create', { body: { name: 'Reads', permissions: ['read Bot'] } });
    const key = apiClient(testApp.baseUrl, made.body.key);

    const answers = await Promise.all([
      key.get(`/v1/bots/${id}`),
      key.call('PATCH', `/v1/bots/${id}`, { name: 'Mine' }),
      key.call('DELETE', `/v1/bots/${id}`),
      key.post(`/v1/bots/${id}/conversations`),
      key.get('/v1/conversations'),
      key.get('/v1/api-keys'),
      key.get('/v1/models'),
      key.post('/v1/api-keys', { name: 'Wider' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 403, 403, 403, 403, 403]);
  });

  it('with a claim changed, a foreign signature or another algorithm are refused', async () => {
    const { member } = await adminWithKey();
    const other = await adminWithKey();
    const [, payload = ''] = (member.token ?? '').split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string; sid: string };
    const { jwtSecret } = testApp.config.security;
    const good = { algorithm: 'HS256', issuer: 'colloquy', audience: 'colloquy-api', expiresIn: 60 } as const;
    const sign = (more: object, options: object = {}, secret = jwtSecret): string =>
      new JwtService({ secret }).sign({ sub: claims.sub, sid: claims.sid, ...more }, { ...good, ...options });
    const forged = [
      sign({}, {}, 'another-secret-0123456789-0123456789'),
      sign({}, { algorithm: 'HS512' }),
      sign({}, { audience: 'others' }),
      sign({}, { issuer: 'others' }),
      sign({}, { expiresIn: -1 }),
      sign({ sub: other.member.user.id }),
      sign({ sid: '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a' }),
      `${btoa('{"alg":"none","typ":"JWT"}')}.${payload}.`,
    ];

    const answers = await Promise.all(
      forged.map((token) => apiClient(testApp.baseUrl, token).get('/v1/auth/me')),
    );

    expect((await apiClient(testApp.baseUrl, sign({})).get('/v1/auth/me')).status).toBe(200);
    expect(answers.map(({ status }) => status)).toEqual(forged.map(() => 401));
  });

  it.each([
    ['of dashes', (): string => `cq_refresh_${'a'.repeat(43)}.${'-'.repeat(36)}`],
    ['of zeros', (): string => `cq_refresh_${'a'.repeat(43)}.${'0'.repeat(36)}`],
    ['that is an access token', ({ member }: Credentials): string => member.token ?? ''],
    ['that is an API key', ({ key }: Credentials): string => key.token ?? ''],
    [
      'with another session',
      ({ refreshToken }: Credentials): string =>
        `${refreshToken.slice(0, -1)}${refreshToken.endsWith('0') ? '1' : '0'}`,
    ],
    ['with a longer secret', ({ refreshToken }: Credentials): string => `cq_refresh_x${refreshToken}`],
    ['in capitals', ({ refreshToken }: Credentials): string => refreshToken.toUpperCase()],
    ['with a line break', ({ refreshToken }: Credentials): string => `${refreshToken}\n`],
  ])('refuse a refresh token %s', async (_, token) => {
    const theirs = await adminWithKey();

    const answer = await testApp.anonymous.post('/v1/auth/refresh', { refreshToken: token(theirs) });

    expect([401, 422]).toContain(answer.status);
  });

  it('open no workspace that their owner is no member of', async () => {
    const { body: registered } = await testApp.anonymous.send('auth.register', {
      body: { email: 'wanderer@example.com', password: 'Correct-horse-7-battery', workspaceName: 'Mine' },
    });
    const { member } = await adminWithKey();

    const answer = await testApp.anonymous.post('/v1/auth/login', {
      email: registered.user.email,
      password: 'Correct-horse-7-battery',
      workspaceId: member.actor.workspaceId,
    });

    expect(answer.body).toMatchObject({ status: 401 });
  });
});
