import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId, Sql } from '#common/database';
import { JobChanges, JobsRepository, JobTiming, type JobView, JobWatcher } from '#common/jobs';
import { collect } from '../../support/collect.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { plainErrand } from '../../support/job-processes.js';

const WATCH_MS = 30;

/** Counts the looks, and refuses as many as it is told. */
class CountedSql extends Sql {
  statements = 0;
  refusals = 0;

  override async acrossWorkspaces<Row>(
    reason: string,
    sql: string,
    params?: readonly unknown[],
  ): Promise<Row[]> {
    this.statements += 1;
    if (this.statements <= this.refusals) throw new Error('the database is away');
    return super.acrossWorkspaces<Row>(reason, sql, params);
  }
}

describeOnEachDatabase('JobWatcher', (target) => {
  let db: TestDatabase;
  let sql: CountedSql;
  let repository: JobsRepository;
  let changes: JobChanges;
  let watcher: JobWatcher;
  let reader: AbortController;
  let workspaceId: string;

  beforeAll(async () => {
    db = await createTestDatabase({ target });
  });
  beforeEach(async () => {
    await db.truncate();
    workspaceId = newId();
    await db.sql.acrossWorkspaces(
      'test',
      `insert into workspaces (id, name, created_at) values (?, 'Acme', now())`,
      [workspaceId],
    );
    sql = new CountedSql(db.em);
    changes = new JobChanges();
    reader = new AbortController();
    repository = new JobsRepository(db.sql);
    watcher = new JobWatcher(
      new JobsRepository(sql),
      db.tenancy,
      changes,
      new JobTiming({ watchMs: WATCH_MS }),
    );
  });
  afterEach(() => {
    reader.abort();
    watcher.onModuleDestroy();
  });
  afterAll(() => db.close());

  const addJob = async (): Promise<JobView> => {
    const { id } = await repository.add({
      ...{
        workspaceId,
        declaration: plainErrand,
        payload: { what: 'it' },
        dedupeKey: null,
        delayMs: 0,
        origin: { requestId: null, traceParent: null },
      },
    });
    const job = await repository.find(workspaceId, id);
    if (!job) throw new Error('The job was not written.');
    return job;
  };
  const set = (id: string, assignments: string): Promise<unknown> =>
    db.sql.acrossWorkspaces('test', `update jobs set ${assignments} where id = ?`, [id]);
  const statesOf = async (job: JobView): Promise<string[]> =>
    (await collect(watcher.follow(job, reader.signal))).map(({ state }) => state);

  it('reads all that are watched with one statement a look', async () => {
    const jobs = await Promise.all(Array.from({ length: 100 }, addJob));
    const all = Promise.all(jobs.map(statesOf));
    await sleep(10 * WATCH_MS);
    const looks = sql.statements;

    await db.sql.acrossWorkspaces('test', `update jobs set state = 'cancelled'`);

    expect(looks).toBeGreaterThan(1);
    expect(looks).toBeLessThanOrEqual(11);
    expect(await all).toEqual(jobs.map(() => ['cancelled']));
  });

  it('does not look while nobody watches', async () => {
    const job = await addJob();
    const states = statesOf(job);
    await sleep(3 * WATCH_MS);
    reader.abort();
    await states;
    const before = sql.statements;

    changes.changed(job.id);
    await sleep(5 * WATCH_MS);

    expect(before).toBeGreaterThan(0);
    expect(sql.statements).toBe(before);
  });

  it('tells every reader of every change, whenever it came', async () => {
    const job = await addJob();
    const first = statesOf(job);
    await set(job.id, 'progress = 0.25');
    await sleep(3 * WATCH_MS);
    const second = statesOf(job);
    await sleep(3 * WATCH_MS);

    await set(job.id, `state = 'cancelled'`);

    expect(await first).toEqual(['queued', 'cancelled']);
    expect(await second).toEqual(['queued', 'cancelled']);
  });

  it('tells two changes of the same moment apart', async () => {
    const job = await addJob();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { progress } of watcher.follow(job, reader.signal)) seen.push(progress);
    })();

    for (const progress of [0.25, 0.5, 0.75]) {
      await set(job.id, `progress = ${String(progress)}, updated_at = created_at`);
      await eventually(
        () => seen.at(-1),
        (last) => last === progress,
      );
    }
    reader.abort();
    await reading;

    expect(seen).toEqual([0.25, 0.5, 0.75]);
  });

  it('does not wait for its time when the job changes in this process', async () => {
    const slow = new JobWatcher(repository, db.tenancy, changes, new JobTiming({ watchMs: 60_000 }));
    const job = await addJob();
    const states = collect(slow.follow(job, reader.signal));
    await sleep(0);
    await set(job.id, `state = 'cancelled'`);

    changes.changed(job.id);

    expect(await states).toHaveLength(1);
    slow.onModuleDestroy();
  });

  it('ends with a job that is gone', async () => {
    const job = await addJob();
    const states = statesOf(job);

    await db.sql.acrossWorkspaces('test', 'delete from jobs where id = ?', [job.id]);

    expect(await states).toEqual([]);
  });

  it('goes on watching when the database was away', async () => {
    sql.refusals = 3;
    const job = await addJob();
    const states = statesOf(job);
    await set(job.id, `state = 'cancelled'`);

    expect(await states).toEqual(['cancelled']);
    expect(sql.statements).toBeGreaterThan(3);
  });
});
