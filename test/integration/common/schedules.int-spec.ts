import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { defineSchedule, ScheduleTicker, SchedulesService } from '#common/schedules';
import { SchedulesRepository } from '../../../src/common/schedules/schedules.repository.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';
import { type JobProcess, plainErrand, startJobProcess } from '../../support/job-processes.js';

const remind = defineSchedule({ name: 'errand.remind', job: plainErrand });
const NINE = { cron: '0 9 * * *', timezone: 'Europe/Berlin' };

describeOnEachDatabase('Schedules', (target) => {
  let db: TestDatabase;
  let process: JobProcess;
  let schedules: SchedulesService;
  let ticker: ScheduleTicker;
  let workspaceId: string;

  beforeAll(async () => {
    db = await createTestDatabase({ target });
  });
  beforeEach(async () => {
    await db.truncate();
    process = await startJobProcess({ db, runsJobs: false });
    const repository = new SchedulesRepository(db.sql);
    schedules = new SchedulesService(repository, db.unitOfWork);
    ticker = new ScheduleTicker(repository, process.queue, db.unitOfWork);
    workspaceId = await createWorkspace();
  });
  afterEach(() => process.close());
  afterAll(() => db.close());

  const createWorkspace = async (): Promise<string> => {
    const id = newId();
    const text = `insert into workspaces (id, name, created_at) values (?, 'Acme', now())`;
    await db.sql.acrossWorkspaces('test', text, [id]);
    return id;
  };
  const set = (subjectId: string, times = NINE) =>
    schedules.set(remind, { workspaceId, subjectId }, { what: subjectId }, times);
  const letTimeCome = () =>
    db.sql.acrossWorkspaces('test', `update schedules set next_run_at = now() - interval '3 days'`);
  const errands = async () =>
    (await db.sql.acrossWorkspaces<{ payload: { what: string } }>('test', 'select payload from jobs')).map(
      ({ payload }) => payload.what,
    );

  it('enqueues nothing before its time', async () => {
    const { nextRunAt } = await set(newId());

    await ticker.tick();

    expect(nextRunAt?.getTime()).toBeGreaterThan(Date.now());
    await expect(errands()).resolves.toEqual([]);
  });

  it('enqueues once what was missed several times, and goes on', async () => {
    const subjectId = newId();
    await set(subjectId);
    await letTimeCome();

    await ticker.tick();
    await ticker.tick();

    await expect(errands()).resolves.toEqual([subjectId]);
    const view = await schedules.find(remind, { workspaceId, subjectId });
    expect(view?.lastRunAt).toBeInstanceOf(Date);
    expect(view?.nextRunAt?.getTime()).toBeGreaterThan(Date.now());
  });

  it('enqueues each once when several processes look, more than they take at a time', async () => {
    const subjectIds = Array.from({ length: 120 }, () => newId());
    for (const subjectId of subjectIds) await set(subjectId);
    await letTimeCome();

    await Promise.all([ticker.tick(), ticker.tick(), ticker.tick()]);

    expect((await errands()).sort()).toEqual(subjectIds.sort());
  });

  it('has one schedule for a subject, which the next replaces', async () => {
    const subjectId = newId();
    await set(subjectId);

    await set(subjectId, { cron: '0 18 * * 5', timezone: 'Asia/Tokyo' });

    await expect(schedules.find(remind, { workspaceId, subjectId })).resolves.toMatchObject({
      cron: '0 18 * * 5',
      timezone: 'Asia/Tokyo',
    });
  });

  it('shows and clears those of its own workspace only', async () => {
    const subjectId = newId();
    await set(subjectId);
    const stranger = { workspaceId: await createWorkspace(), subjectId };

    await schedules.clear(remind, stranger);

    await expect(schedules.find(remind, stranger)).resolves.toBeNull();
    await expect(schedules.of(remind, workspaceId, [subjectId, newId()])).resolves.toHaveProperty('size', 1);
    await schedules.clear(remind, { workspaceId, subjectId });
    await expect(schedules.find(remind, { workspaceId, subjectId })).resolves.toBeNull();
  });

  it('leaves alone what another version of the product has declared', async () => {
    await set(newId());
    await letTimeCome();
    await db.sql.acrossWorkspaces('test', `update schedules set kind = 'unheard.of'`);

    await ticker.tick();

    await expect(errands()).resolves.toEqual([]);
  });

  it('goes on with the others when one cannot be read any more', async () => {
    const [broken, whole] = [newId(), newId()];
    await set(broken);
    await set(whole);
    await letTimeCome();
    await db.sql.acrossWorkspaces(
      'test',
      `update schedules set timezone = 'Europe/Atlantis' where subject_id = ?`,
      [broken],
    );

    await ticker.tick();

    expect((await errands()).sort()).toEqual([broken, whole].sort());
    await expect(schedules.find(remind, { workspaceId, subjectId: broken })).resolves.toMatchObject({
      nextRunAt: null,
    });
  });

  it('goes with its workspace', async () => {
    await set(newId());

    await db.sql.acrossWorkspaces('test', 'delete from workspaces where id = ?', [workspaceId]);

    await expect(db.sql.acrossWorkspaces('test', 'select 1 from schedules')).resolves.toEqual([]);
  });
});
