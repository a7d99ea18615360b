import { createHmac } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Sql } from '#common/database';
import { ScheduleTicker } from '#common/schedules';
import { createTestApp, type TestApp, type TestMember, type TestWorkspace } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { fetchFile, linesOf } from '../support/exports.js';
import type { CreateExportScheduleDto, ExportScheduleResponse } from '../support/generated/api.js';
import { ask, createBot, ended, openConversation } from '../support/journey.js';
import { LoopbackServer } from '../support/outbound/loopback-server.js';
import { S3StandIn } from '../support/s3/s3-stand-in.js';

interface Told {
  readonly signature: string;
  readonly expected: (secret: string) => string;
  readonly body: { readonly id: string; readonly download: { readonly path: string } };
}

const NIGHTLY = { cron: '30 3 * * *', timezone: 'Europe/Berlin' };

describeOnEachDatabase('schedules of exports', (target) => {
  let testApp: TestApp;
  let workspace: TestWorkspace;
  let editor: TestMember;
  let hook: LoopbackServer;
  let bucket: S3StandIn;
  let answers: number[] = [];
  let told: Told[] = [];

  beforeAll(async () => {
    bucket = await S3StandIn.start();
    hook = await LoopbackServer.http(async (request, response) => {
      const bytes = await buffer(request);
      const timestamp = String(request.headers['x-colloquy-timestamp']);
      told.push({
        signature: String(request.headers['x-colloquy-signature']),
        expected: (secret) =>
          `sha256=${createHmac('sha256', secret).update(`${timestamp}.`).update(bytes).digest('hex')}`,
        body: JSON.parse(bytes.toString()) as Told['body'],
      });
      response.writeHead(answers.shift() ?? 204).end();
    });
    testApp = await createTestApp({ target, env: { OUTBOUND_ALLOW: `${hook.host},${bucket.host}` } });
  });
  beforeEach(async () => {
    [answers, told] = [[], []];
    workspace = await testApp.workspace();
    editor = await workspace.as('editor');
  });
  afterAll(async () => {
    await testApp.close();
    await hook.close();
    await bucket.close();
  });

  const messages = { resource: 'messages', format: 'jsonl' } as const;
  const create = async (more: Partial<CreateExportScheduleDto> = {}) =>
    (
      await editor.send('exportSchedules.create', {
        body: {
          ...{ name: 'Nightly', export: { ...messages }, schedule: NIGHTLY },
          deliverTo: { webhook: { url: `http://${hook.host}/exports` } },
          ...more,
        },
      })
    ).body;
  const get = async (exportScheduleId: string): Promise<ExportScheduleResponse> =>
    (await editor.send('exportSchedules.get', { exportScheduleId })).body;
  const run = async (exportScheduleId: string) => {
    const { body: job } = await editor.send('exportSchedules.run', { exportScheduleId });
    await ended(editor, job.id);
    return get(exportScheduleId);
  };
  const talk = async (): Promise<(content: string) => Promise<unknown>> => {
    const conversationId = await openConversation(editor, (await createBot(editor)).id);
    return (content) => ask(editor, conversationId, content);
  };
  const fetched = async ({ body }: Told) =>
    linesOf(
      Buffer.from(await (await fetchFile(testApp.anonymous, body.download.path)).arrayBuffer()),
    ).flatMap(({ role, content }) => (role === 'user' ? [content] : []));
  const refusal = async (more: object) => {
    const { status, body } = await editor.call('POST', '/v1/export-schedules', {
      ...{ name: 'Nightly', export: messages, schedule: NIGHTLY },
      deliverTo: { webhook: { url: 'https://example.com' } },
      ...more,
    });
    return [status, (body as { errors?: readonly { path: string }[] }).errors?.[0]?.path];
  };

  it('tell a webhook, signed, of each file, and each row comes once over all of them', async () => {
    const say = await talk();
    const { id, secret } = await create({ incremental: true });
    await say('First?');
    const first = await run(id);
    await say('Second?');
    await run(id);
    await run(id);

    expect(first.lastRun).toMatchObject({ status: 'delivered', error: null });
    expect(await Promise.all(told.map(fetched))).toEqual([['First?'], ['Second?'], []]);
    expect(told.map(({ signature }) => signature)).toEqual(
      told.map(({ expected }) => expected(secret ?? '')),
    );
    expect((await get(id)).nextRunAt).not.toBeNull();
    expect(JSON.stringify(await get(id))).not.toContain(secret);
  });

  it('run when it is time, unless they are paused', async () => {
    const { id: exportScheduleId } = await create();
    const makeDue = () =>
      testApp.app
        .get(Sql)
        .acrossWorkspaces(
          'test',
          `update schedules set next_run_at = now() - interval '1 minute' where subject_id = ?`,
          [exportScheduleId],
        );

    const { body: paused } = await editor.send('exportSchedules.update', {
      exportScheduleId,
      body: { paused: true },
    });
    await makeDue();
    await testApp.app.get(ScheduleTicker).tick();
    expect(paused).toMatchObject({ paused: true, nextRunAt: null, secret: null, lastRun: null });
    await editor.send('exportSchedules.update', { exportScheduleId, body: { paused: false } });
    await makeDue();
    await testApp.app.get(ScheduleTicker).tick();

    const shown = await eventually(
      () => get(exportScheduleId),
      ({ lastRun }) => lastRun?.status === 'delivered',
      30_000,
    );
    expect(Date.parse(shown.nextRunAt ?? '')).toBeGreaterThan(Date.now());
    expect(told).toHaveLength(1);
  });

  it('say why nothing arrived, try again, and then deliver what there was', async () => {
    const say = await talk();
    const { id } = await create({ incremental: true });
    await say('First?');
    answers = [500];
    const { body: job } = await editor.send('exportSchedules.run', { exportScheduleId: id });
    const failing = await eventually(
      () => get(id),
      ({ lastRun }) => lastRun?.error !== null && lastRun !== null,
      30_000,
    );
    await ended(editor, job.id);

    const delivered = await get(id);
    expect(failing.lastRun).toMatchObject({
      error: { code: 'exports.delivery_failed', message: expect.stringContaining('status 500') as unknown },
    });
    expect(delivered.lastRun).toMatchObject({ status: 'delivered', error: null });
    expect(told.map(({ body }) => body.id)).toEqual([
      delivered.lastRun?.exportId,
      delivered.lastRun?.exportId,
    ]);
    expect(await fetched(told[1] as Told)).toEqual(['First?']);
  });

  it('put files into a bucket, by a secret that nobody sees again', async () => {
    const say = await talk();
    await say('Into the bucket?');
    const { accessKeyId, secretAccessKey, region } = bucket.credentials;
    const s3 = { bucket: bucket.bucket, region, endpoint: bucket.endpoint, accessKeyId };
    const keys = { ...s3, pathStyle: true, prefix: 'from/colloquy' };
    const { id } = await create({ deliverTo: { s3: { ...keys, secretAccessKey } } });

    const shown = await run(id);

    const [[name, object] = []] = [...bucket.objects];
    expect(shown.lastRun).toMatchObject({ status: 'delivered' });
    expect(name).toMatch(/^from\/colloquy\/messages-[\dTZ]+-[\da-f-]{36}\.jsonl$/);
    expect(linesOf(object?.body ?? Buffer.alloc(0))).toMatchObject([
      { content: 'Into the bucket?' },
      { role: 'assistant' },
    ]);
    expect(shown.deliverTo).toEqual({ webhook: null, s3: keys });
    const rows = await testApp.app
      .get(Sql)
      .acrossWorkspaces<{ text: string }>('test', 'select s::text as text from export_schedules s');
    expect(JSON.stringify(rows)).not.toContain(secretAccessKey);
  });

  it('run with the rights of whoever changed them last, and with none when that is nobody any more', async () => {
    const { id } = await create();
    const { sql, id: userId } = { sql: testApp.app.get(Sql), id: editor.user.id };
    await sql.acrossWorkspaces('test', `update memberships set status = 'suspended' where user_id = ?`, [
      userId,
    ]);
    const owner = await workspace.as('owner');

    const { body: job } = await owner.send('exportSchedules.run', { exportScheduleId: id });
    await ended(owner, job.id);
    const { body: failed } = await owner.send('exportSchedules.get', { exportScheduleId: id });
    await owner.send('exportSchedules.update', { exportScheduleId: id, body: { name: 'Mine' } });
    const { body: next } = await owner.send('exportSchedules.run', { exportScheduleId: id });
    await ended(owner, next.id);
    const { body: mine } = await owner.send('exportSchedules.get', { exportScheduleId: id });

    expect(failed.lastRun).toMatchObject({
      ...{ status: 'failed', error: { code: 'exports.schedule_runner_gone' } },
    });
    expect(mine).toMatchObject({ name: 'Mine', runsAsId: owner.user.id, lastRun: { status: 'delivered' } });
    expect(told).toHaveLength(1);
  });

  it('list what became of their runs, page by page', async () => {
    const say = await talk();
    const { id: exportScheduleId } = await create({ incremental: true });
    const { body: none } = await editor.send('exportSchedules.listRuns', { exportScheduleId });
    await say('First?');
    const first = await run(exportScheduleId);
    const second = await run(exportScheduleId);
    await testApp.app
      .get(Sql)
      .acrossWorkspaces('test', `update memberships set status = 'suspended' where user_id = ?`, [
        editor.user.id,
      ]);
    const owner = await workspace.as('owner');
    const { body: job } = await owner.send('exportSchedules.run', { exportScheduleId });
    await ended(owner, job.id);

    const { body: newest } = await owner.send('exportSchedules.listRuns', { exportScheduleId, limit: 1 });
    const { body: rest } = await owner.send('exportSchedules.listRuns', {
      ...{ exportScheduleId, limit: 2, cursor: newest.nextCursor ?? '' },
    });

    expect(none).toEqual({ data: [], nextCursor: null });
    expect(newest.data).toMatchObject([
      {
        ...{ status: 'failed', jobId: job.id, exportId: null, deliveredAt: null, rows: null },
        ...{ error: { code: 'exports.schedule_runner_gone' }, endedAt: expect.any(String) as unknown },
      },
    ]);
    expect(rest).toEqual({ data: [second.lastRun, first.lastRun], nextCursor: null });
    expect(rest.data.map(({ rows }) => rows)).toEqual([0, 2]);
    for (const { endedAt, deliveredAt } of rest.data) expect(endedAt).toBe(deliveredAt);
  });

  it('refuse what cannot be done, and are not there for others', async () => {
    const s3 = { bucket: 'files', region: 'eu-central-1', accessKeyId: 'x', secretAccessKey: 'y' };
    const webhook = { url: 'https://example.com' };
    const { id } = await create();
    const stranger = await (await testApp.workspace()).as('owner');
    const path = `/v1/export-schedules/${id}`;

    expect(await refusal({ deliverTo: {} })).toEqual([422, 'deliverTo']);
    expect(await refusal({ deliverTo: { webhook, s3 } })).toEqual([422, 'deliverTo']);
    expect(await refusal({ deliverTo: { webhook: { url: 'http://127.0.0.1:1' } } })).toEqual([
      ...[422, 'deliverTo.webhook.url'],
    ]);
    expect(await refusal({ deliverTo: { s3: { ...s3, endpoint: 'http://169.254.169.254' } } })).toEqual([
      ...[422, 'deliverTo.s3.endpoint'],
    ]);
    expect(await refusal({ deliverTo: { s3: { ...s3, prefix: 'a/../b' } } })).toEqual([
      ...[422, 'deliverTo.s3.prefix'],
    ]);
    expect(await refusal({ schedule: { ...NIGHTLY, cron: '* * * * *' } })).toEqual([422, 'schedule.cron']);
    expect(await refusal({ export: { ...messages, columns: ['password'] } })).toEqual([422, 'columns[0]']);
    expect(
      await refusal({ incremental: true, export: { resource: 'topics', format: 'csv', filter: {} } }),
    ).toEqual([422, 'filter.botId']);
    const foreign = await Promise.all([
      stranger.call('GET', path),
      stranger.call('PATCH', path, { name: 'x' }),
      stranger.call('GET', `${path}/runs`),
      stranger.call('POST', `${path}/run`),
      stranger.call('DELETE', path),
    ]);
    expect(foreign.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    await editor.send('exportSchedules.remove', { exportScheduleId: id });
    expect((await editor.send('exportSchedules.list', {})).body.data).toEqual([]);
  });
});
