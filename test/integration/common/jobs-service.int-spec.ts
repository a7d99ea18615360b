import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { QueueConfig } from '#config';
import type { Actor } from '#common/access';
import { newId } from '#common/database';
import { Unavailable } from '#common/errors';
import {
  JobCarrier,
  JobChanges,
  JobOrigins,
  JobsService,
  JobTiming,
  JobWatcher,
  PermanentFailure,
} from '#common/jobs';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import {
  type JobProcess,
  type JobProcessOptions,
  keyedErrand,
  plainErrand,
  startJobProcess,
} from '../../support/job-processes.js';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('JobsService', () => {
  let db: TestDatabase;
  let owner: Actor;
  let stranger: Actor;
  let processes: JobProcess[];

  beforeAll(async () => {
    db = await createTestDatabase();
  });
  beforeEach(async () => {
    await db.truncate();
    processes = [];
    [owner, stranger] = [await createActor(), await createActor()];
  });
  afterEach(() => Promise.all(processes.map((process) => process.close())));
  afterAll(() => db.close());

  const createActor = async (): Promise<Actor> => {
    const [id, workspaceId] = [newId(), newId()];
    await db.sql.acrossWorkspaces(
      'test',
      `insert into workspaces (id, name, created_at) values (?, 'Acme', now())`,
      [workspaceId],
    );
    return { kind: 'user', id, userId: id, workspaceId, role: 'owner' };
  };
  const start = async (options: Partial<JobProcessOptions> = {}): Promise<[JobProcess, JobsService]> => {
    const process = await startJobProcess({ db, ...options });
    processes.push(process);
    const { app, jobs } = process;
    const changes = app.get(JobChanges);
    const watcher = new JobWatcher(jobs, db.tenancy, changes, app.get(JobTiming));
    const origins = app.get(JobOrigins);
    const service = new JobsService(jobs, db.unitOfWork, app.get(JobCarrier), changes, watcher, origins);
    return [process, service];
  };

  it('shows a job to its own workspace only', async () => {
    const [process, service] = await start({ runsJobs: false });
    const job = await process.queue.add(plainErrand, { what: 'mine' }, owner);

    await expect(service.get(owner, job.id)).resolves.toMatchObject({
      state: 'queued',
      type: 'errand.plain',
    });
    await expect(service.get(stranger, job.id)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(service.cancel(stranger, job.id)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(service.retry(stranger, job.id)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(service.watch(stranger, job.id, AbortSignal.abort()).next()).rejects.toMatchObject({
      kind: 'not_found',
    });
  });

  it('refuses to cancel what has finished and to retry what has not failed', async () => {
    const [process, service] = await start();
    const job = await process.queue.add(plainErrand, { what: 'done' }, owner);
    await eventually(
      () => service.get(owner, job.id),
      ({ state }) => state === 'succeeded',
    );

    await expect(service.cancel(owner, job.id)).rejects.toMatchObject({ code: 'jobs.already_finished' });
    await expect(service.retry(owner, job.id)).rejects.toMatchObject({ code: 'jobs.not_retryable' });
  });

  it('refuses to retry a job whose work is on its way as another', async () => {
    const [process, service] = await start({ runsJobs: false });
    const first = await process.queue.add(keyedErrand, { what: 'same' }, owner);
    await service.cancel(owner, first.id);
    await process.queue.add(keyedErrand, { what: 'same' }, owner);

    await expect(service.retry(owner, first.id)).rejects.toMatchObject({ code: 'jobs.twin_exists' });
  });

  it('aborts a running job of the same process at once', async () => {
    const running = Promise.withResolvers<void>();
    const [process, service] = await start({
      timing: { heartbeatMs: 60_000 },
      doing: async (_errand, { signal }) => {
        running.resolve();
        await once(signal, 'abort');
        signal.throwIfAborted();
      },
    });
    const job = await process.queue.add(plainErrand, { what: 'unwanted' }, owner);
    await running.promise;

    await service.cancel(owner, job.id);

    await eventually(
      () => service.get(owner, job.id),
      ({ state }) => state === 'cancelled',
    );
  });

  it('runs again what was asked for after the cancellation of its twin', async () => {
    const running = Promise.withResolvers<void>();
    const [process, service] = await start({
      timing: { heartbeatMs: 60_000 },
      doing: async (_errand, { signal, job }) => {
        if (job.id !== first.id) return;
        running.resolve();
        await once(signal, 'abort');
        await goOn.promise;
        signal.throwIfAborted();
      },
    });
    const goOn = Promise.withResolvers<void>();
    const first = await process.queue.add(keyedErrand, { what: 'same' }, owner);
    await running.promise;
    await service.cancel(owner, first.id);

    const joined = await process.queue.add(keyedErrand, { what: 'same' }, owner);
    goOn.resolve();

    expect(joined.id).toBe(first.id);
    const states = await eventually(
      () => db.sql.acrossWorkspaces<{ state: string }>('test', 'select state from jobs order by created_at'),
      (rows) => rows.length === 2 && rows.every(({ state }) => state !== 'queued' && state !== 'running'),
    );
    expect(states.map(({ state }) => state)).toEqual(['cancelled', 'succeeded']);
  });

  it('watches a job until it has finished', async () => {
    const halfway = Promise.withResolvers<void>();
    const [process, service] = await start({
      doing: async (_errand, context) => {
        context.progress(0.5, 'halfway');
        await halfway.promise;
        return { done: true };
      },
    });
    const job = await process.queue.add(plainErrand, { what: 'seen' }, owner);
    const seen: string[] = [];

    for await (const { state, progress } of service.watch(owner, job.id, new AbortController().signal)) {
      seen.push(`${state} ${String(progress)}`);
      if (progress === 0.5) halfway.resolve();
    }

    expect(seen.slice(-2)).toEqual(['running 0.5', 'succeeded 1']);
  });

  it.each([
    ['succeeds', 'succeeded', 1],
    ['fails', 'failed', 0.75],
  ])('tells how far a job came at last that %s, however quickly', async (_, state, progress) => {
    const [process, service] = await start({
      timing: { progressMs: 60_000 },
      doing: async (_errand, context) => {
        context.progress(0.1, 'counting', { done: 1, known: 4, unit: 'rows' });
        await sleep(30);
        context.progress(0.75, 'counting', { done: 3, known: 4, unit: 'rows' });
        if (state === 'failed') throw new PermanentFailure(new Error('The fourth is no row.'));
        return {};
      },
    });
    const job = await process.queue.add(plainErrand, { what: 'counted' }, owner);

    const last = (await collect(service.watch(owner, job.id, new AbortController().signal))).at(-1);

    expect(last).toMatchObject({ state, progress, counts: { done: 3, known: 4, unit: 'rows' } });
  });

  it('sees what another process does', async () => {
    const [api, service] = await start({ runsJobs: false, timing: { watchMs: 20 } });
    const job = await api.queue.add(plainErrand, { what: 'elsewhere' }, owner);
    const watching = collect(service.watch(owner, job.id, new AbortController().signal));

    await start();

    expect((await watching).at(-1)).toMatchObject({ state: 'succeeded' });
  });

  it('stops watching when nobody listens any more', async () => {
    const [process, service] = await start({ runsJobs: false });
    const job = await process.queue.add(plainErrand, { what: 'boring' }, owner);
    const listener = new AbortController();
    const watching = collect(service.watch(owner, job.id, listener.signal));

    listener.abort();

    expect(await watching).toHaveLength(1);
  });
});

describe('JobQueue while Redis is away', () => {
  let db: TestDatabase;
  let queue: QueueConfig;

  beforeAll(async () => {
    db = await createTestDatabase();
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    closed.close();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    queue = Object.assign(new QueueConfig(), { redisUrl: `redis://127.0.0.1:${String(port)}` });
  });
  afterAll(() => db.close());

  it('takes jobs at once, keeps them, and says that it cannot carry them', async () => {
    const workspaceId = newId();
    await db.sql.acrossWorkspaces(
      'test',
      `insert into workspaces (id, name, created_at) values (?, 'Acme', now())`,
      [workspaceId],
    );
    const away = await startJobProcess({ db, queue, drainTimeoutMs: 0 });
    const before = performance.now();

    const job = await away.queue.add(plainErrand, { what: 'patient' }, { workspaceId });

    expect(performance.now() - before).toBeLessThan(1_000);
    await expect(away.app.get(JobCarrier).assertReachable()).rejects.toThrow(Unavailable);
    await away.close();
    const other = await startJobProcess({ db });
    await eventually(
      () => other.jobs.find(workspaceId, job.id),
      (found) => found?.state === 'succeeded',
    );
    await other.close();
  });
});
