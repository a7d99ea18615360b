import { EntityManager } from '@mikro-orm/core';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId, Tenancy } from '#common/database';
import { ApiKey } from '../../src/modules/auth/entities/api-key.entity.js';
import { Session } from '../../src/modules/auth/entities/session.entity.js';
import { apiClient } from '../support/api-client.js';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { addPage, createBot, openConversation } from '../support/journey.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';

interface Identified {
  readonly id: string;
}

interface List {
  readonly data: readonly (Identified & { readonly content?: string })[];
  readonly nextCursor: string | null;
}

/** A workspace with two of everything that is listed. */
interface Furnished {
  readonly owner: TestMember;
  readonly conversationId: string;
  readonly datasourceId: string;
  readonly documentId: string;
  readonly ids: readonly string[];
}

const PASSWORD = 'Correct-horse-7-battery';
const cursorOf = (id: string): string => Buffer.from(id).toString('base64url');

describeOnEachDatabase('forged input', (target) => {
  let testApp: TestApp;
  let site: TestSite;
  let own: Furnished;
  let foreign: Furnished;

  beforeAll(async () => {
    const paragraphs = Array.from({ length: 40 }, (_, index) =>
      `Paragraph ${String(index)} tells at length of gardens and of what grows in them. `.repeat(8),
    );
    site = await createSite({ '/page': articlePage('Gardens', ...paragraphs) });
    testApp = await createTestApp({ target, env: { OUTBOUND_ALLOW: site.host } });
    [own, foreign] = [await furnish(), await furnish()];
  });

  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  async function furnish(): Promise<Furnished> {
    const owner = await (await testApp.workspace()).as('owner');
    const { id: botId } = await createBot(owner);
    await createBot(owner);
    const { id: datasourceId } = await addPage(owner, site.url('/page'), [botId]);
    const conversationId = await openConversation(owner, botId);
    for (const content of ['One?', 'Two?'])
      await owner.post(`/v1/conversations/${conversationId}/messages`, { content });
    const { body: key } = await owner.post<Identified>('/v1/api-keys', { name: 'Key' });
    const documents = await owner.get<List>(`/v1/datasources/${datasourceId}/documents`);
    const documentId = documents.body.data[0]?.id ?? '';
    const messages = await owner.get<List>(`/v1/conversations/${conversationId}/messages`);
    const ids = [
      botId,
      datasourceId,
      conversationId,
      documentId,
      key.id,
      ...messages.body.data.map(({ id }) => id),
    ];
    return { owner, conversationId, datasourceId, documentId, ids };
  }

  const listsOf = ({ conversationId, datasourceId, documentId }: Furnished): string[] => [
    ...['/v1/bots', '/v1/datasources', '/v1/conversations', '/v1/api-keys'],
    `/v1/conversations/${conversationId}/messages`,
    `/v1/datasources/${datasourceId}/documents`,
    `/v1/datasources/${datasourceId}/runs`,
    `/v1/datasources/${datasourceId}/documents/${documentId}/chunks`,
  ];
  const inDatabase = <T>(work: (em: EntityManager) => Promise<T>): Promise<T> =>
    testApp.app
      .get(Tenancy, { strict: false })
      .runUnbound(() => work(testApp.app.get(EntityManager, { strict: false }).fork()));

  it('such as a cursor of a row of others opens no row of theirs, in any list', async () => {
    const leaks: string[] = [];
    for (const path of listsOf(own)) {
      for (const id of foreign.ids) {
        const { status, body } = await own.owner.get<List>(`${path}?limit=1&cursor=${cursorOf(id)}`);
        const text = JSON.stringify(body);
        if (status >= 500 || foreign.ids.some((one) => text.includes(one))) leaks.push(`${path} ${text}`);
      }
    }

    expect(leaks).toEqual([]);
  });

  it('such as a cursor of a row of others does not tell whether that row is there', async () => {
    for (const path of listsOf(own)) {
      // Both are newer than all that the list holds, or neither is: ids tell their time, and nothing else.
      const [there, absent] = [foreign.ids.at(-1) ?? '', newId()];
      const answers = await Promise.all(
        [there, absent].map((id) => own.owner.get<List>(`${path}?cursor=${cursorOf(id)}`)),
      );

      expect(answers.map(({ status }) => status)).toEqual([answers[0]?.status, answers[0]?.status]);
      expect(answers[1]?.body.data?.length).toBe(answers[0]?.body.data?.length);
    }
  });

  it('such as a cursor of another list never fails, and repeats no row of this one', async () => {
    for (const path of listsOf(own)) {
      for (const id of own.ids) {
        const { status, body } = await own.owner.get<List>(`${path}?cursor=${cursorOf(id)}`);

        expect([200, 422]).toContain(status);
        if (status === 200) expect(new Set(body.data.map((row) => row.id)).size).toBe(body.data.length);
      }
    }
  });

  it.each([
    ['cut', (cursor: string) => cursor.slice(0, -1)],
    ['with more at its end', (cursor: string) => `${cursor}AA`],
    ['padded', (cursor: string) => `${cursor}==`],
    ['in capitals', (cursor: string) => cursor.toUpperCase()],
    ['that holds SQL', () => cursorOf("' or true --")],
    ['that holds JSON', () => cursorOf('{"id":{"$gt":""}}')],
    [
      'that holds an id and more',
      (cursor: string) => cursorOf(`${Buffer.from(cursor, 'base64url').toString()}x`),
    ],
    [
      'that holds what is nearly an id',
      (cursor: string) =>
        cursorOf(
          Buffer.from(cursor, 'base64url')
            .toString()
            .replace(/-.{4}-/, '-GGGG-'),
        ),
    ],
    ['that is empty', () => ''],
  ])('such as a cursor %s is refused by name', async (_, change) => {
    for (const path of listsOf(own)) {
      const { body } = await own.owner.get<{ errors: { path: string }[] }>(
        `${path}?cursor=${encodeURIComponent(change(cursorOf(newId())))}`,
      );

      expect(body).toMatchObject({ status: 422 });
      expect(new Set(body.errors.map((error) => error.path))).toEqual(new Set(['cursor']));
    }
  });

  it('such as a message of 100,000 characters is refused, and nothing of it is kept', async () => {
    const path = `/v1/conversations/${own.conversationId}/messages`;
    const { body: before } = await own.owner.get<List>(path);

    const answers = [
      await own.owner.post(path, { content: 'x'.repeat(100_000) }),
      await own.owner.post(path, { content: '\u{1f600}'.repeat(100_000) }),
      await own.owner.call('POST', path, { content: 'x'.repeat(100_000) }, { accept: 'text/event-stream' }),
      await own.owner.post(path, { content: 'x'.repeat(16_001) }),
    ];

    for (const { body } of answers)
      expect(body).toMatchObject({ status: 422, errors: [{ path: 'content' }] });
    expect((await own.owner.get<List>(path)).body).toEqual(before);
  });

  it.each(['x', '\u{1f600}', 'word ', '\u0301', '\u4e2d'])(
    'but not a message of 16,000 characters like %j, which is answered',
    async (sign) => {
      const conversationId = await openConversation(own.owner, own.ids[0] ?? '');
      const content = sign.repeat(16_000).slice(0, sign === '\u{1f600}' ? 32_000 : 16_000);

      const { status, body } = await own.owner.post<{ message: { content: string } }>(
        `/v1/conversations/${conversationId}/messages`,
        { content },
      );

      expect([status, body.message.content === content]).toEqual([200, true]);
    },
  );

  it('such as an API key that has ended opens nothing', async () => {
    const { body: made } = await own.owner.post<{ id: string; key: string }>('/v1/api-keys', {
      name: 'Ends',
    });
    const client = apiClient(testApp.baseUrl, made.key);
    const before = await client.get('/v1/auth/me');

    await inDatabase((em) =>
      em.nativeUpdate(
        ApiKey,
        { id: made.id },
        { expiresAt: new Date(Date.now() - 1_000) },
        { filters: false },
      ),
    );

    expect(before.status).toBe(200);
    expect((await client.get('/v1/auth/me')).body).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('such as a refresh token whose session has ended opens nothing', async () => {
    const { body } = await testApp.anonymous.post<{ refreshToken: string; user: Identified }>(
      '/v1/auth/register',
      {
        ...{ email: `${newId()}@example.com`, password: PASSWORD, workspaceName: 'Ends' },
      },
    );

    await inDatabase((em) =>
      em.nativeUpdate(
        Session,
        { userId: body.user.id },
        { expiresAt: new Date(Date.now() - 1_000) },
        { filters: false },
      ),
    );
    const answer = await testApp.anonymous.post('/v1/auth/refresh', { refreshToken: body.refreshToken });

    expect(answer.body).toMatchObject({ status: 401, code: 'auth.invalid_refresh_token' });
  });

  it('such as one e-mail address in many spellings at once makes one account', async () => {
    const name = newId();
    const spellings = [`${name}@example.com`, `${name.toUpperCase()}@Example.COM`, ` ${name}@EXAMPLE.com `];

    const answers = await Promise.all(
      [...spellings, ...spellings].map((email) =>
        testApp.anonymous.post('/v1/auth/register', { email, password: PASSWORD, workspaceName: 'Twin' }),
      ),
    );

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, 409, 409, 409, 409, 409]);
    const refused = answers.filter(({ status }) => status === 409);
    refused.forEach(({ body }) => expect(body).toMatchObject({ code: 'auth.email_taken' }));
    const signedIn = await testApp.anonymous.post('/v1/auth/login', {
      email: spellings[1],
      password: PASSWORD,
    });
    expect(signedIn.status).toBe(200);
  });

  it.each([
    'short',
    '123456789',
    'aaaaaaaaaaaa',
    'abababababab',
    'my-Password-1',
    '1234567890',
    'QWERTYuiop12',
    '          ',
  ])('such as the weak password %j is refused, and no account is made', async (password) => {
    const email = `${newId()}@example.com`;

    const weak = await testApp.anonymous.post('/v1/auth/register', {
      email,
      password,
      workspaceName: 'Weak',
    });
    const strong = await testApp.anonymous.post('/v1/auth/register', {
      ...{ email, password: PASSWORD, workspaceName: 'Strong' },
    });

    expect(weak.body).toMatchObject({
      status: 422,
      errors: expect.arrayContaining([expect.objectContaining({ path: 'password' })]),
    });
    expect(strong.status).toBe(201);
  });
});
