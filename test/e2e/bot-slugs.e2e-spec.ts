import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { createBot } from '../support/journey.js';

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

describeOnEachDatabase('the slug of a bot', (target) => {
  let testApp: TestApp;
  let editor: TestMember;

  beforeAll(async () => {
    testApp = await createTestApp({ target });
    editor = await (await testApp.workspace()).as('editor');
  });
  afterAll(() => testApp.close());

  it('is made from its name, and stays when that changes', async () => {
    const { id: botId, slug } = await createBot(editor, { name: 'Café Zürich' });

    const { body } = await editor.send('bots.update', { botId, body: { name: 'Another' } });

    expect([slug, body.name, body.slug]).toEqual(['cafe-zurich', 'Another', 'cafe-zurich']);
  });

  it('is another one for each of many of the same name, made at once', async () => {
    const bots = await Promise.all(Array.from({ length: 12 }, () => createBot(editor, { name: 'Twin' })));

    const slugs = bots.map(({ slug }) => slug);
    expect(new Set(slugs).size).toBe(bots.length);
    expect(slugs).toContain('twin');
    expect(slugs.every((slug) => SLUG.test(slug))).toBe(true);
  });

  it('may be chosen and changed, but not to that of another bot of the workspace', async () => {
    const first = await createBot(editor, { slug: 'sales' });
    const second = await createBot(editor, { slug: 'support' });
    const stranger = await (await testApp.workspace()).as('editor');

    const made = await editor.post('/v1/bots', { name: 'Third', slug: 'sales' });
    const changed = await editor.call('PATCH', `/v1/bots/${second.id}`, { slug: 'sales' });
    const own = await editor.call('PATCH', `/v1/bots/${first.id}`, { slug: 'sales' });
    const free = await editor.call('PATCH', `/v1/bots/${second.id}`, { slug: 'help' });

    for (const { status, body } of [made, changed])
      expect([status, body]).toEqual([
        409,
        expect.objectContaining({
          code: 'bots.slug_taken',
          errors: [{ path: 'slug', message: 'is the slug of another bot' }],
        }),
      ]);
    expect([own.status, free.status, free.body['slug']]).toEqual([200, 200, 'help']);
    expect((await createBot(stranger, { slug: 'sales' })).slug).toBe('sales');
  });

  it('goes to one of many who choose it at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => editor.post('/v1/bots', { name: 'One', slug: 'raced' })),
    );

    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array<number>(7).fill(409)]);
  });

  it.each(['', 'Sales', 'a--b', '-a', 'a b', 'x'.repeat(64), '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a', null])(
    'is not %j',
    async (slug) => {
      const { status, body } = await editor.post('/v1/bots', { name: 'Wrong', slug });

      expect([status, body]).toEqual([422, expect.objectContaining({ code: 'invalid_fields' })]);
    },
  );
});
