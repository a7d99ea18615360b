import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import type { NewHookResponse, TableResponse } from '../support/generated/api.js';

interface Sending {
  readonly secret?: string;
  readonly path?: string;
  readonly ageMs?: number;
  readonly signature?: string;
}

describe('a hook', () => {
  let testApp: TestApp;
  let editor: TestMember;
  let table: TableResponse;
  let hook: NewHookResponse;

  beforeAll(async () => {
    testApp = await createTestApp();
  });
  beforeEach(async () => {
    editor = await (await testApp.workspace()).as('editor');
    table = (
      await editor.send('tables.create', {
        body: {
          name: 'Orders',
          fields: [
            { name: 'Code', type: 'text', unique: true },
            { name: 'Price', type: 'number' },
          ],
        },
      })
    ).body;
    hook = await hookOf('append');
  });
  afterAll(() => testApp.close());

  const hookOf = async (mode: 'append' | 'upsert', more: object = {}): Promise<NewHookResponse> =>
    (await editor.send('tableHooks.create', { tableId: table.id, body: { name: 'Shop', mode, ...more } }))
      .body;
  const event = (id: string, ...codes: readonly string[]): string =>
    JSON.stringify({ id, records: codes.map((code) => ({ fields: { code, price: 1 } })) });
  const send = async (
    body: string,
    { secret = hook.secret, path = hook.path, ageMs = 0, signature }: Sending = {},
  ) => {
    const timestamp = String(Math.floor((Date.now() - ageMs) / 1_000));
    const signed = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    const { status, body: said } = await testApp.anonymous.call('POST', path, body, {
      'x-colloquy-timestamp': timestamp,
      'x-colloquy-signature': signature ?? `sha256=${signed}`,
    });
    return { status, said };
  };
  const codes = async () =>
    (await editor.send('records.list', { tableId: table.id, sort: 'code' })).body.data.map(
      ({ fields }) => fields['code'],
    );

  it('writes the records of a signed event', async () => {
    expect(await send(event('e1', 'A', 'B'))).toEqual({
      status: 200,
      said: { created: 2, updated: 0, isRepeated: false },
    });
    expect(await codes()).toEqual(['A', 'B']);
  });

  it('changes records with the same key, where it is to upsert', async () => {
    await send(event('e1', 'A'));
    const upserting = await hookOf('upsert', { key: 'code' });

    const answer = await send(event('e1', 'A', 'B'), upserting);

    expect(answer.said).toEqual({ created: 1, updated: 1, isRepeated: false });
  });

  it('writes an event once, however often it comes, also at the same time', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(event('e1', 'A'))));

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(answers.filter(({ said }) => !said['isRepeated'])).toHaveLength(1);
    expect(await codes()).toEqual(['A']);
  });

  it('lets an event that was refused come again, mended', async () => {
    const refused = await send(JSON.stringify({ id: 'e1', records: [{ fields: { price: 'much' } }] }));
    const mended = await send(event('e1', 'A'));

    expect([refused.status, mended.status]).toEqual([422, 200]);
    expect(mended.said['isRepeated']).toBe(false);
  });

  it.each<[string, Sending]>([
    ['of another secret', { secret: 'cq_sign_other' }],
    ['that is more than five minutes old', { ageMs: 301_000 }],
    ['from the future', { ageMs: -320_000 }],
    ['that is empty', { signature: '' }],
    ['that is cut', { signature: 'sha256=' }],
    ['that is no hexadecimal', { signature: `sha256=${'é'.repeat(32)}x`.replaceAll('é', 'z') }],
  ])('refuses a signature %s', async (_, sending) => {
    const { status, said } = await send(event('e1', 'A'), sending);

    expect([status, said['code']]).toEqual([401, 'hooks.signature_refused']);
    expect(await codes()).toEqual([]);
  });

  it('refuses a signature that was made for another time or another body', async () => {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = `sha256=${createHmac('sha256', hook.secret)
      .update(`${timestamp}.${event('e1', 'A')}`)
      .digest('hex')}`;

    const other = await testApp.anonymous.call('POST', hook.path, event('e2', 'B'), {
      'x-colloquy-timestamp': timestamp,
      'x-colloquy-signature': signature,
    });
    const later = await testApp.anonymous.call('POST', hook.path, event('e1', 'A'), {
      'x-colloquy-timestamp': String(Number(timestamp) + 1),
      'x-colloquy-signature': signature,
    });

    expect([other.status, later.status]).toEqual([401, 401]);
    expect(await codes()).toEqual([]);
  });

  it('takes nothing that is too large, that is no event, or that nobody has signed', async () => {
    const large = await send(JSON.stringify({ id: 'e1', records: [], more: 'x'.repeat(1_100_000) }));
    const others = await Promise.all(
      [
        '',
        '[]',
        '{',
        '{"id":5,"records":[]}',
        '{"id":"x"}',
        '{"id":"x","records":[]}',
        '{"id":"x","records":[null]}',
        '{"id":"x","records":[{"fields":[]}]}',
        '{"id":"x","records":[{"fields":{"none":1}}]}',
        '{"id":"x","records":[{"fields":{"__proto__":1}}]}',
      ].map((body) => send(body)),
    );
    const unsigned = await testApp.anonymous.call('POST', hook.path, event('e1', 'A'));

    expect(large.status).toBe(413);
    expect(others.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 422));
    expect(unsigned.status).toBe(401);
    expect(await codes()).toEqual([]);
  });

  it('is of one table: its secret opens no other hook, and its token no other route', async () => {
    const foreigner = await (await testApp.workspace()).as('owner');
    const theirs = (
      await foreigner.send('tables.create', {
        body: { name: 'Theirs', fields: [{ name: 'Code', type: 'text' }] },
      })
    ).body;
    const their = (
      await foreigner.send('tableHooks.create', { tableId: theirs.id, body: { name: 'x', mode: 'append' } })
    ).body;

    const crossed = await send(event('e1', 'A'), { path: their.path });
    const asKey = await fetch(`${testApp.baseUrl}/v1/tables`, {
      headers: { authorization: `Bearer ${hook.path.split('/').at(-1) ?? ''}` },
    });
    const made = await foreigner.call('POST', `/v1/tables/${table.id}/hooks`, { name: 'x', mode: 'append' });
    const listed = await foreigner.call('GET', `/v1/tables/${table.id}/hooks`);
    const removed = await foreigner.call('DELETE', `/v1/tables/${theirs.id}/hooks/${hook.id}`);

    expect([crossed.status, asKey.status, made.status, listed.status, removed.status]).toEqual([
      401, 401, 404, 404, 404,
    ]);
  });

  it('gets another secret by another one in its place: what the old one signed is taken by neither', async () => {
    const draft = { name: 'Shop', mode: 'append' as const };
    const { body: next } = await editor.send('tableHooks.create', { tableId: table.id, body: draft });
    await editor.send('tableHooks.remove', { tableId: table.id, hookId: hook.id });

    const byOld = [
      await send(event('e1', 'A')),
      await send(event('e1', 'A'), { path: next.path, secret: hook.secret }),
    ];
    const byNew = await send(event('e1', 'A'), { path: next.path, secret: next.secret });

    expect(byOld.map(({ status }) => status)).toEqual([404, 401]);
    expect(byNew.status).toBe(200);
  });

  it('shows its secret once, and is gone when it was removed', async () => {
    const { body } = await editor.get(`/v1/tables/${table.id}/hooks`);
    await editor.send('tableHooks.remove', { tableId: table.id, hookId: hook.id });

    const { status } = await send(event('e1', 'A'));

    expect(JSON.stringify(body)).not.toMatch(/cq_sign|cq_hook/);
    expect(status).toBe(404);
  });

  it.each([
    [{ mode: 'upsert' }, 'key'],
    [{ mode: 'upsert', key: 'price' }, 'key'],
    [{ mode: 'append', key: 'code' }, 'key'],
    [{ mode: 'replace' }, 'mode'],
  ])('cannot be made with %j', async (more, path) => {
    const { status, body } = await editor.call<{ errors: { path: string }[] }>(
      'POST',
      `/v1/tables/${table.id}/hooks`,
      { name: 'x', ...more },
    );

    expect([status, body.errors[0]?.path]).toEqual([422, path]);
  });
});
