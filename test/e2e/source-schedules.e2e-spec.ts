import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Sql } from '#common/database';
import { ScheduleTicker } from '#common/schedules';
import { createTestApp, type TestApp, type TestMember } from '../support/app.js';
import { describeOnEachDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ended } from '../support/journey.js';
import { createWeb, linkedPage, type TestWeb } from '../support/web.js';

const NIGHTLY = { cron: '30 3 * * *', timezone: 'Europe/Berlin' };
const URL = 'http://scheduled.example/';

describeOnEachDatabase('a source with a schedule', (target) => {
  let web: TestWeb;
  let app: TestApp;
  let editor: TestMember;

  beforeAll(async () => {
    web = await createWeb();
    web.set(URL, linkedPage('Lamps', 'All about our lamps, and nothing else.'));
    app = await createTestApp({ target, outbound: web.outbound });
    editor = await (await app.workspace()).as('editor');
  });
  afterAll(async () => {
    await app.close();
    await web.close();
  });

  const runsOf = async (datasourceId: string) =>
    (await editor.send('datasources.listRuns', { datasourceId })).body.data;
  const makeDue = () =>
    app.app
      .get(Sql)
      .acrossWorkspaces('test', `update schedules set next_run_at = now() - interval '1 minute'`);
  const countSchedules = async (): Promise<number> => {
    const [row] = await app.app
      .get(Sql)
      .acrossWorkspaces<{ n: number }>('test', 'select count(*)::int as n from schedules');
    return row?.n ?? -1;
  };

  it.each(['url', 'site'] as const)('of type %s is read when it is time, and only then', async (type) => {
    const origin = type === 'url' ? { url: URL } : { startUrls: [URL] };
    const { body: source } = await editor.send('datasources.create', {
      body: { type, ...origin, schedule: NIGHTLY },
    });
    await ended(editor, source.job.id);

    expect(source.schedule).toMatchObject(NIGHTLY);
    expect(Date.parse(source.nextSyncAt ?? '')).toBeGreaterThan(Date.now());
    await app.app.get(ScheduleTicker).tick();
    expect(await runsOf(source.id)).toHaveLength(1);
    await makeDue();
    await app.app.get(ScheduleTicker).tick();
    const runs = await eventually(
      () => runsOf(source.id),
      ([last], ...rest) => rest.length === 0 && last?.jobId !== source.job.id && last?.state === 'succeeded',
    );

    expect(runs).toHaveLength(2);
    const { body: shown } = await editor.send('datasources.get', { datasourceId: source.id });
    expect(Date.parse(shown.nextSyncAt ?? '')).toBeGreaterThan(Date.now());
    expect(shown.schedule?.lastRunAt).not.toBeNull();
    const { body: listed } = await editor.send('datasources.list', {});
    expect(listed.data.find(({ id }) => id === source.id)?.nextSyncAt).toBe(shown.nextSyncAt);
    await editor.send('datasources.remove', { datasourceId: source.id });
    expect(await countSchedules()).toBe(0);
  });

  it('has one only if it was given one, for as long as it is not taken away', async () => {
    const { body: source } = await editor.send('datasources.create', { body: { type: 'url', url: URL } });
    const datasourceId = source.id;

    expect(source).toMatchObject({ schedule: null, nextSyncAt: null });
    expect(await countSchedules()).toBe(0);
    const { body: given } = await editor.send('datasources.update', {
      datasourceId,
      body: { schedule: NIGHTLY },
    });
    const { body: kept } = await editor.send('datasources.update', { datasourceId, body: { name: 'Lamps' } });
    const { body: taken } = await editor.send('datasources.update', {
      datasourceId,
      body: { schedule: null },
    });

    expect(given.schedule).toMatchObject(NIGHTLY);
    expect(kept.schedule).toMatchObject(NIGHTLY);
    expect(taken).toMatchObject({ schedule: null, nextSyncAt: null });
    expect(await countSchedules()).toBe(0);
  });

  it.each([
    ['no cron', { ...NIGHTLY, cron: 'every night' }, 'schedule.cron'],
    ['too often', { ...NIGHTLY, cron: '* * * * *' }, 'schedule.cron'],
    ['no such zone', { ...NIGHTLY, timezone: 'Mars/Olympus' }, 'schedule.timezone'],
  ])('is refused: %s', async (_case, schedule, path) => {
    const refused = editor.send('datasources.create', {
      body: { type: 'url', url: URL, schedule },
    });

    await expect(refused).rejects.toMatchObject({
      status: 422,
      problem: { errors: [expect.objectContaining({ path })] },
    });
  });

  it('is no text: that changes by a call alone', async () => {
    const refused = editor.send('datasources.create', {
      body: { type: 'text', content: 'A text.', schedule: NIGHTLY },
    });

    await expect(refused).rejects.toMatchObject({ status: 422, problem: { errors: [{ path: 'schedule' }] } });
  });
});
