import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeInBrowser, watchedPage } from '../support/browser.js';
import type { CreateFieldDto, FormResponse, TableResponse } from '../support/generated/api.js';

const FIELDS: CreateFieldDto[] = [
  { name: 'Title', type: 'text', required: true, unique: true },
  { name: 'Notes', type: 'long_text' },
  { name: 'Amount', type: 'number' },
  { name: 'Agreed', type: 'boolean' },
  { name: 'Seen at', type: 'datetime' },
  { name: 'Kind', type: 'select', options: ['bike', 'boat'] },
  { name: 'Colours', type: 'multi_select', options: ['red', '"><script>alert(1)</script>'] },
  { name: 'Contact', type: 'email' },
  { name: 'Secret', type: 'text' },
];
const EVIL = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;

describe('a public form', () => {
  let testApp: TestApp;
  let editor: TestMember;
  let table: TableResponse;
  let form: FormResponse;

  beforeAll(async () => {
    testApp = await createTestApp();
  });
  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    table = (await editor.send('tables.create', { body: { name: 'Entries', fields: FIELDS } })).body;
    form = (
      await editor.send('forms.create', {
        body: {
          tableId: table.id,
          title: `Tell us ${EVIL}`,
          description: `Hello ${EVIL}`,
          thanks: `Thanks ${EVIL}`,
          fields: [
            { key: 'title', help: `Short ${EVIL}` },
            { key: 'notes', label: EVIL },
            { key: 'amount' },
            { key: 'agreed', label: 'I agree', required: true },
            { key: 'seen_at' },
            { key: 'kind' },
            { key: 'colours' },
            { key: 'contact' },
          ],
        },
      })
    ).body;
  });
  afterAll(() => testApp.close());

  const post = (
    body: string,
    type = 'application/x-www-form-urlencoded',
    path = form.path,
  ): Promise<Response> =>
    fetch(testApp.baseUrl + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': type },
      body,
    });
  const filledIn = (values: Readonly<Record<string, string>>): string =>
    String(new URLSearchParams({ title: 'First', agreed: 'true', ...values }));
  const records = async () =>
    (await editor.send('records.list', { tableId: table.id })).body.data.map(({ fields }) => fields);

  it('has an address that nobody guesses, and shows every text as text', async () => {
    const response = await fetch(testApp.baseUrl + form.path);
    const page = await response.text();

    expect(form.path).toMatch(/^\/f\/[0-9a-f]{32}$/);
    expect(response.status).toBe(200);
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain('&lt;script&gt;');
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('adds a record of what was filled in, and leads to its thanks', async () => {
    const response = await post(
      `${filledIn({ notes: 'a\r\nb', amount: '2.5', seen_at: '2026-01-31T12:00', kind: 'boat', contact: 'Ann@Example.com' })}&colours=red`,
    );
    const thanks = await (await fetch(testApp.baseUrl + (response.headers.get('location') ?? ''))).text();

    expect(response.status).toBe(303);
    expect(thanks).toContain('Thanks &quot;');
    expect(await records()).toEqual([
      {
        title: 'First',
        notes: 'a\nb',
        amount: 2.5,
        agreed: true,
        seen_at: '2026-01-31T12:00:00.000Z',
        kind: 'boat',
        colours: ['red'],
        contact: 'ann@example.com',
        secret: null,
      },
    ]);
  });

  it('shows what is wrong beside its field, with what was filled in', async () => {
    const response = await post(
      String(new URLSearchParams({ title: '', notes: EVIL, amount: 'many', contact: 'nobody', kind: 'car' })),
    );
    const page = await response.text();

    expect(response.status).toBe(422);
    expect(page).toContain('<title>Error: Tell us');
    expect(page).toContain('role="alert"');
    expect(page).toMatch(
      /id="field-title"[^>]*aria-describedby="field-title-help field-title-error"[^>]*aria-invalid="true"/s,
    );
    expect(page).toContain('value="many"');
    expect(page).not.toMatch(/<script|<img/);
    expect(await records()).toEqual([]);
  });

  it('tells of a value that somebody else has', async () => {
    await post(filledIn({}));

    const response = await post(filledIn({}));

    expect(response.status).toBe(422);
    expect(await response.text()).toContain('is held by another record');
  });

  it('takes JSON, and refuses fields that it does not ask for', async () => {
    const good = await post('{"title":"By program","agreed":true,"amount":3}', 'application/json');
    const bad = await post('{"title":"Other","agreed":true,"secret":"x","__proto__":1}', 'application/json');

    expect([good.status, await good.json()]).toEqual([201, { message: `Thanks ${EVIL}` }]);
    expect(bad.status).toBe(422);
    expect(await bad.json()).toMatchObject({
      code: 'invalid_fields',
      errors: [{ path: 'secret' }, { path: '__proto__' }],
    });
    expect((await records()).map((fields) => fields['title'])).toEqual(['By program']);
  });

  it('thanks programs that fill in what people do not see, and keeps nothing', async () => {
    const response = await post(filledIn({ 'contact-website': 'http://spam.example' }));

    expect(response.status).toBe(303);
    expect(await records()).toEqual([]);
  });

  it('takes nothing when it is closed, when it is gone, in other types, and when it is too much', async () => {
    const large = await post(filledIn({ notes: 'x'.repeat(300_000) }));
    const multipart = await post('x', 'multipart/form-data; boundary=x');
    const broken = await post('[1', 'application/json');
    await editor.send('forms.update', { formId: form.id, body: { isOpen: false } });
    const closed = [await post(filledIn({})), await post('{"title":"x","agreed":true}', 'application/json')];
    const shown = await (await fetch(testApp.baseUrl + form.path)).text();
    await editor.send('forms.remove', { formId: form.id });
    const gone = [
      await post(filledIn({})),
      await post('{}', 'application/json'),
      await fetch(testApp.baseUrl + form.path),
    ];

    expect([large, multipart, broken].map(({ status }) => status)).toEqual([413, 415, 400]);
    expect(closed.map(({ status }) => status)).toEqual([409, 409]);
    expect(shown).toContain('This form is closed.');
    const odd = await Promise.all(
      ['a%00b', 'x'.repeat(3_000), '..%2f', 'A'].map((slug) => fetch(`${testApp.baseUrl}/f/${slug}`)),
    );

    expect(odd.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(gone.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(await records()).toEqual([]);
  });

  it('asks no more for fields that were removed', async () => {
    const field = table.fields.find(({ key }) => key === 'amount');
    await editor.send('fields.remove', { tableId: table.id, fieldId: field?.id ?? '' });

    expect(await (await fetch(testApp.baseUrl + form.path)).text()).not.toContain('field-amount');
    expect((await post(filledIn({}))).status).toBe(303);
  });

  it.each<[string, object, number, string]>([
    ['a field that is not there', { fields: [{ key: 'none' }] }, 422, 'fields.0.key'],
    ['a field twice', { fields: [{ key: 'title' }, { key: 'title' }] }, 422, 'fields.1.key'],
    ['no field', { fields: [] }, 422, 'fields'],
    ['an address with other letters', { slug: '../x' }, 422, 'slug'],
  ])('cannot be made with %s', async (_, more, status, path) => {
    const body = { tableId: table.id, title: 'x', fields: [{ key: 'title' }], ...more };

    const answer = await editor.call<{ errors: { path: string }[] }>('POST', '/v1/forms', body);

    expect([answer.status, answer.body.errors[0]?.path]).toEqual([status, path]);
  });

  it('cannot be made twice at one address, nor over a table of another workspace', async () => {
    const body = { tableId: table.id, title: 'x', slug: 'tell-us', fields: [{ key: 'title' }] };
    const foreigner = await (await testApp.workspace()).as('owner');

    const first = await editor.call('POST', '/v1/forms', body);
    const second = await editor.call('POST', '/v1/forms', body);
    const foreign = await foreigner.call('POST', '/v1/forms', { ...body, slug: 'other' });

    expect([first.status, second.status, second.body['code'], foreign.status]).toEqual([
      201,
      409,
      'forms.slug_taken',
      404,
    ]);
  });

  describeInBrowser('in a browser', (open) => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await open();
    });
    afterAll(() => browser.close());

    it.each(['light', 'dark'] as const)(
      'is filled in, corrected and sent without scripts, %s',
      async (colorScheme) => {
        const { page, troubles } = await watchedPage(browser);
        await page.emulateMedia({ colorScheme });
        await page.goto(testApp.baseUrl + form.path);
        await page.getByLabel('Amount').fill('many');
        await page.getByRole('button', { name: 'Send' }).click();
        const isSummaryFocused = await page
          .getByRole('alert')
          .evaluate((summary) => summary === document.activeElement);
        if (process.env['SCREENSHOTS'])
          await page.screenshot({
            path: `${process.env['SCREENSHOTS']}/form-${colorScheme}.png`,
            fullPage: true,
          });
        await page.getByRole('link', { name: /^Amount/ }).click();
        await page.getByLabel('Amount').fill('5');
        await page.getByLabel('Title').fill(`In ${colorScheme}`);
        await page.getByLabel('I agree').check();
        await page.getByRole('checkbox', { name: 'red', exact: true }).check();
        await page.getByLabel('Kind').selectOption('bike');
        await page.getByRole('button', { name: 'Send' }).click();

        expect(await page.getByRole('status').textContent()).toContain('Thanks');
        expect(isSummaryFocused).toBe(true);
        expect(troubles.filter((trouble) => !/422/.test(trouble))).toEqual([]);
        expect(await records()).toMatchObject([
          { title: `In ${colorScheme}`, amount: 5, agreed: true, colours: ['red'], kind: 'bike' },
        ]);
      },
    );
  });
});
