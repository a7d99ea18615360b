import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Sql, Tenancy } from '#common/database';
import { ScheduleTicker } from '#common/schedules';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { createBot, ended } from '../support/journey.js';
import { type Letter, lettersIn, openPostOffice, type PostOffice } from '../support/letters.js';
import { tellHistory } from '../support/told-history.js';

const PUBLIC_URL = 'https://bots.example.com/colloquy/';
const HOSTILE = `<img src=x onerror=alert(1)>"'&`;
const ONE_CLICK = 'List-Unsubscribe=One-Click';

/** Has the reports sent whose time has come. @returns the job of this subscription. */
async function sendDue({ app }: TestApp, member: TestMember, subscriptionId: string): Promise<string> {
  const sql = app.get(Sql, { strict: false });
  await app.get(Tenancy, { strict: false }).runUnbound(async () => {
    await sql.acrossWorkspaces(
      'a test does not wait a week',
      `update schedules set next_run_at = now() - interval '1 minute' where subject_id = ?::uuid`,
      [subscriptionId],
    );
    await app.get(ScheduleTicker).tick();
  });
  return app.get(Tenancy, { strict: false }).runUnbound(async () => {
    const [row] = await sql.acrossWorkspaces<{ id: string }>(
      'a test looks for a job',
      `select id from jobs where type = 'report.send' and workspace_id = ?::uuid
         and payload ->> 'subscriptionId' = ? order by id desc limit 1`,
      [member.actor.workspaceId, subscriptionId],
    );
    return row?.id ?? '';
  });
}

const pathOf = (letter: Letter | undefined): string =>
  /List-Unsubscribe: <https:\/\/bots\.example\.com\/colloquy([^>]+)>/.exec(letter?.headers ?? '')?.[1] ?? '';
const partOf = (letter: Letter | undefined, index: number): string => letter?.parts[index]?.content ?? '';

describeOnEachDatabase('reports by mail', (target) => {
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let analyst: TestMember;
  let botId: string;

  beforeAll(async () => {
    testApp = await createTestApp({ target, env: { PUBLIC_URL } });
  });
  beforeEach(async () => {
    workspace = await testApp.workspace();
    analyst = await workspace.as('analyst');
    botId = (await createBot(await workspace.as('editor'), { name: HOSTILE })).id;
  });
  afterAll(() => testApp.close());

  const lettersTo = (email: string): Letter[] =>
    lettersIn(testApp.config.storage.dataDir).filter(({ headers }) => headers.includes(`To: ${email}`));
  const subscribe = async (member = analyst, body = {}) =>
    (await member.send('reportSubscriptions.create', { botId, body })).body;
  const send = async (subscriptionId: string, member = analyst) =>
    ended(member, await sendDue(testApp, member, subscriptionId));
  const remember = (set: string, member: TestMember): Promise<unknown> =>
    testApp.app
      .get(Tenancy, { strict: false })
      .runUnbound(() =>
        testApp.app
          .get(Sql, { strict: false })
          .acrossWorkspaces('a test changes a member', `${set} where user_id = ?::uuid`, [member.user.id]),
      );

  it('tell of the seven days before, with the report beside them', async () => {
    const yesterday = new Date(Date.now() - 86_400_000);
    await tellHistory(testApp, analyst, botId, [
      ...['How long is the warranty?', `What is ${HOSTILE}?`].map((question) => ({
        at: yesterday,
        turns: [{ question, answered: question !== 'How long is the warranty?' }],
      })),
      { at: new Date(Date.now() - 20 * 86_400_000), turns: [{ question: 'Was that long ago?' }] },
    ]);
    const { id, schedule } = await subscribe();

    const job = await send(id);

    const [letter, ...more] = lettersTo(analyst.user.email);
    const [text, html, page] = [partOf(letter, 0), partOf(letter, 1), partOf(letter, 2)];
    expect(schedule).toMatchObject({ cron: '0 7 * * 1', timezone: 'UTC' });
    expect(job).toMatchObject({ state: 'succeeded', result: { sent: true } });
    expect(more).toEqual([]);
    expect(letter?.parts.map(({ type }) => type)).toEqual(['text/plain', 'text/html', 'text/html']);
    expect(text).toMatch(/^Questions: 2\b/m);
    expect(text).toContain('- How long is the warranty?: 1');
    expect(html).toContain('How long is the warranty?');
    expect(page).toContain('<svg');
    expect(`${html}${page}`).not.toMatch(/<img|<script|<link|url\((?!#)|@import|src=["']?http/i);
    expect(letter?.headers).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    const { body: listed } = await analyst.send('reportSubscriptions.list', { botId });
    expect(listed.data).toMatchObject([{ id, email: analyst.user.email, lastError: null }]);
    expect(listed.data[0]?.lastSentAt).not.toBeNull();
  });

  it('say so when nobody has asked anything', async () => {
    const { id } = await subscribe();

    await send(id);

    const [letter] = lettersTo(analyst.user.email);
    expect(partOf(letter, 0)).toMatch(/^Questions: 0\b/m);
    expect(partOf(letter, 2)).toContain('Nothing was asked in this period.');
  });

  it('end by the link in them: a look ends nothing, a press of the button does, as often as one likes', async () => {
    const { id } = await subscribe();
    await send(id);
    const path = pathOf(lettersTo(analyst.user.email)[0]);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };

    const look = await testApp.anonymous.call<string>('GET', path);
    const kept = (await analyst.send('reportSubscriptions.list', { botId })).body.data;
    const press = await testApp.anonymous.call('POST', path, ONE_CLICK, form);
    const again = await testApp.anonymous.call('POST', path, ONE_CLICK, form);
    const later = await testApp.anonymous.call<string>('GET', path);

    expect([look, press, again, later].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(look.headers.get('content-security-policy')).toContain(`default-src 'none'`);
    expect(kept).toHaveLength(1);
    expect((await analyst.send('reportSubscriptions.list', { botId })).body.data).toEqual([]);
    await send(id);
    expect(lettersTo(analyst.user.email)).toHaveLength(1);
  });

  it('end by a form of mail programs, too, and by no token that is not ours', async () => {
    const { id } = await subscribe();
    await send(id);
    const path = pathOf(lettersTo(analyst.user.email)[0]);
    const parts = new FormData();
    parts.set('List-Unsubscribe', 'One-Click');
    const forged = [
      `/unsubscribe/${id}`,
      `/unsubscribe/${id}.${'A'.repeat(43)}`,
      path.replace(id, '01997f4e-6a53-7c1a-9d6b-3f0c1c1f6f0a'),
      `${path.slice(0, -1)}${path.endsWith('A') ? 'E' : 'A'}`,
      `${path}%00`,
    ];

    for (const one of forged)
      for (const method of ['GET', 'POST'])
        expect((await testApp.anonymous.call(method, one)).status).toBe(404);
    expect((await analyst.send('reportSubscriptions.list', { botId })).body.data).toHaveLength(1);
    const { status } = await fetch(`${testApp.baseUrl}${path}`, { method: 'POST', body: parts });

    expect(status).toBe(200);
    expect((await analyst.send('reportSubscriptions.list', { botId })).body.data).toEqual([]);
  });

  it.each([
    ['left', 'delete from memberships', 'no_subscription'],
    ['were suspended', `update memberships set status = 'suspended'`, 'no_access'],
    ['may not read insights any more', `update memberships set role = 'viewer'`, 'no_access'],
  ])('are not sent to those who %s', async (_case, set, reason) => {
    const { id } = await subscribe();
    await remember(set, analyst);

    const admin = await workspace.as('admin');
    const job = await send(id, admin);

    expect(job).toMatchObject({ state: 'succeeded', result: { sent: false, reason } });
    expect(lettersTo(analyst.user.email)).toEqual([]);
  });

  it('are one for each member and bot, seen and ended by its reader and by administrators alone', async () => {
    const { id } = await subscribe(analyst, { schedule: { cron: '30 6 * * 5', timezone: 'Asia/Tokyo' } });
    const [admin, editor, viewer] = [
      await workspace.as('admin'),
      await workspace.as('editor'),
      await workspace.as('viewer'),
    ];
    const path = `/v1/bots/${botId}/insights/subscriptions`;
    const idsSeen = async (member: TestMember) =>
      (await member.send('reportSubscriptions.list', { botId })).body.data.map((one) => one.id);

    const refused = [
      await analyst.post(path, {}),
      await editor.call('DELETE', `${path}/${id}`),
      await viewer.post(path, {}),
      await viewer.get(path),
      await admin.post(path, { schedule: { cron: '* * * * *', timezone: 'UTC' } }),
      await admin.post(path, { schedule: { cron: '0 7 * * 1', timezone: 'Mars/Olympus' } }),
      await admin.post(path, { email: 'eve@example.com' }),
      await (await (await testApp.workspace()).as('owner')).get(path),
    ];

    expect(refused.map(({ status }) => status)).toEqual([409, 404, 403, 403, 422, 422, 422, 404]);
    expect([await idsSeen(analyst), await idsSeen(editor), await idsSeen(admin)]).toEqual([[id], [], [id]]);
    await admin.send('reportSubscriptions.remove', { botId, subscriptionId: id });
    expect(await idsSeen(analyst)).toEqual([]);
  });
});

describe('reports by a mail server', () => {
  let office: PostOffice;
  let testApp: TestApp;
  let analyst: TestMember;
  let editor: TestMember;
  let botId: string;

  beforeAll(async () => {
    office = await openPostOffice();
    testApp = await createTestApp({ env: { PUBLIC_URL, SMTP_URL: office.url } });
    const workspace = await testApp.workspace();
    [analyst, editor] = [await workspace.as('analyst'), await workspace.as('editor')];
    botId = (await createBot(editor)).id;
  });
  afterAll(async () => {
    await testApp.close();
    await office.close();
  });

  const shown = async () => (await analyst.send('reportSubscriptions.list', { botId })).body.data[0];

  it('are tried again when it cannot take them now, and given up when it never will; both are told', async () => {
    const { body: made } = await analyst.send('reportSubscriptions.create', { botId, body: {} });
    office.refusals.push(451);

    const jobId = await sendDue(testApp, analyst, made.id);
    const waiting = await eventually(
      async () => (await editor.send('jobs.get', { jobId })).body,
      ({ state, attempt }) => state !== 'running' && attempt > 0,
      20_000,
    );
    const toldThen = await shown();
    await editor.send('jobs.cancel', { jobId });
    office.refusals.push(550);
    const failed = await ended(analyst, await sendDue(testApp, analyst, made.id));
    const toldLater = await shown();
    const taken = await ended(analyst, await sendDue(testApp, analyst, made.id));

    expect(waiting).toMatchObject({ state: 'queued', attempt: 1 });
    expect(toldThen).toMatchObject({ lastError: 'mail.not_sent', lastSentAt: null });
    expect(failed).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'mail.refused' } });
    expect(toldLater).toMatchObject({ lastError: 'mail.refused', lastSentAt: null });
    expect(taken).toMatchObject({ state: 'succeeded', result: { sent: true } });
    expect(office.letters).toHaveLength(1);
    expect(await shown()).toMatchObject({ lastError: null });
  });
});
