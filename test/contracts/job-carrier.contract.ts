import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { QueueConfig } from '#config';
import { newId } from '#common/database';
import { NotFound, StorageFull } from '#common/errors';
import { JobContinuation, type JobRef, type JobView } from '#common/jobs';
import { createTestDatabase, type DatabaseTarget, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import {
  type Doing,
  exportErrand,
  type JobProcess,
  type JobProcessOptions,
  keyedErrand,
  plainErrand,
  startJobProcess,
} from '../support/job-processes.js';

/** A carrier under test. */
export interface CarrierUnderTest {
  readonly queue: QueueConfig;
  /** Loses everything that it carries, and nothing else. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** A doing that waits until the test lets it go on, or the job is aborted. */
function gate(): { doing: Doing; started: Promise<void>; open: () => void; runs: () => number } {
  const started = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  let runs = 0;
  const doing: Doing = async (_errand, { signal }) => {
    runs += 1;
    started.resolve();
    await Promise.race([opened.promise, once(signal, 'abort')]);
    signal.throwIfAborted();
  };
  return { doing, started: started.promise, open: opened.resolve, runs: () => runs };
}

/** What every way to carry jobs promises, together with the rows. */
export function describeJobCarrier(
  name: string,
  target: DatabaseTarget,
  openCarrier: () => CarrierUnderTest,
): void {
  describe(name, () => {
    let db: TestDatabase;
    let carrier: CarrierUnderTest;
    let workspaceId: string;
    let processes: JobProcess[];

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
      carrier = openCarrier();
      processes = [];
    });
    afterEach(async () => {
      await Promise.all(processes.map((process) => process.close()));
      await carrier.close();
    });
    afterAll(() => db.close());

    const start = async (options: Partial<JobProcessOptions> = {}): Promise<JobProcess> => {
      const process = await startJobProcess({ db, queue: carrier.queue, drainTimeoutMs: 0, ...options });
      processes.push(process);
      return process;
    };
    const secondsUntilDue = async ({ id }: JobRef): Promise<number> => {
      const [row] = await db.sql.acrossWorkspaces<{ seconds: number }>(
        'a test looks on',
        'select extract(epoch from run_after - now())::float as seconds from jobs where id = ?',
        [id],
      );
      return row?.seconds ?? 0;
    };
    const read = async (process: JobProcess, { id }: JobRef): Promise<JobView> => {
      const job = await process.jobs.find(workspaceId, id);
      if (!job) throw new Error('The job is gone.');
      return job;
    };
    const reach = (process: JobProcess, job: JobRef, state: JobView['state']): Promise<JobView> =>
      eventually(
        () => read(process, job),
        (found) => found.state === state,
      );
    const makeStale = () =>
      db.sql.acrossWorkspaces(
        'test',
        `update jobs set heartbeat_at = now() - interval '1 hour' where state = 'running'`,
      );
    const listStates = async (): Promise<string[]> => {
      const rows = await db.sql.acrossWorkspaces<{ state: string }>(
        'test',
        'select state from jobs order by id',
      );
      return rows.map(({ state }) => state);
    };

    it('runs a job once and keeps its result', async () => {
      let runs = 0;
      const process = await start({
        doing: async ({ what }) => {
          runs += 1;
          return Promise.resolve({ done: what });
        },
      });

      const job = await process.queue.add(
        plainErrand,
        { what: `it's a "test"? \\ 100% ?? $1` },
        { workspaceId },
      );

      const ended = await reach(process, job, 'succeeded');
      expect(job.state).toBe('queued');
      expect(ended).toMatchObject({
        attempt: 1,
        progress: 1,
        result: { done: `it's a "test"? \\ 100% ?? $1` },
      });
      expect(ended.finishedAt).toBeInstanceOf(Date);
      expect(runs).toBe(1);
    });

    it('never runs a job whose transaction was rolled back', async () => {
      let runs = 0;
      const process = await start({
        doing: async () => {
          runs += 1;
          return Promise.resolve();
        },
      });

      const failing = db.unitOfWork.run(async () => {
        await process.queue.add(plainErrand, { what: 'nothing' }, { workspaceId });
        throw new Error('no');
      });

      await expect(failing).rejects.toThrow('no');
      await sleep(200);
      expect(runs).toBe(0);
    });

    it('tries again after a failure', async () => {
      const process = await start({
        doing: async (_errand, { job }) => {
          if (job.attempt < 3) throw new Error('not yet');
          return Promise.resolve();
        },
      });

      const job = await process.queue.add(plainErrand, { what: 'stubborn' }, { workspaceId });

      expect(await reach(process, job, 'succeeded')).toMatchObject({ attempt: 3, error: null });
    });

    it('fails a job after its last attempt, and says no more than it may', async () => {
      const lastAttempts: boolean[] = [];
      const process = await start({
        doing: (_errand, { isLastAttempt }) => {
          lastAttempts.push(isLastAttempt);
          return Promise.reject(new Error('secret'));
        },
      });

      const job = await process.queue.add(plainErrand, { what: 'hopeless' }, { workspaceId });

      const ended = await reach(process, job, 'failed');
      expect(ended).toMatchObject({ attempt: 3, error: { code: 'internal' } });
      expect(JSON.stringify(ended)).not.toContain('secret');
      expect(lastAttempts).toEqual([false, false, true]);
    });

    it('does not try again what no attempt can mend', async () => {
      const process = await start({ doing: () => Promise.reject(new NotFound('The page')) });

      const job = await process.queue.add(plainErrand, { what: 'gone' }, { workspaceId });

      expect(await reach(process, job, 'failed')).toMatchObject({ attempt: 1, error: { code: 'not_found' } });
    });

    it('runs a failed job again when asked to', async () => {
      const process = await start({ doing: () => Promise.reject(new NotFound('The page')) });
      const job = await process.queue.add(plainErrand, { what: 'later' }, { workspaceId });
      await reach(process, job, 'failed');
      process.desk.doing = () => Promise.resolve();

      await process.jobs.retry(workspaceId, job.id);
      await process.sweep();

      expect(await reach(process, job, 'succeeded')).toMatchObject({ attempt: 1, error: null });
    });

    it('shows how far a job is', async () => {
      const { doing, open } = gate();
      const process = await start({
        doing: (errand, context) => {
          context.progress(0.4, 'reading');
          return doing(errand, context);
        },
      });

      const job = await process.queue.add(plainErrand, { what: 'long' }, { workspaceId });

      const seen = await eventually(
        () => read(process, job),
        ({ progress }) => progress > 0,
      );
      expect(seen).toMatchObject({ state: 'running', stage: 'reading' });
      expect(seen.progress).toBeCloseTo(0.4);
      open();
      await reach(process, job, 'succeeded');
    });

    it('says how fast a job is, since when it has stood where it is, and when it will have done', async () => {
      const { doing, open } = gate();
      const process = await start({
        doing: async (errand, context) => {
          context.progress(0, 'walking', { done: 0, known: 100, unit: 'steps' });
          await sleep(1_000);
          context.progress(0.5, 'walking', { done: 50, known: 100, unit: 'steps' });
          return doing(errand, context);
        },
      });

      const job = await process.queue.add(plainErrand, { what: 'long' }, { workspaceId });

      const halfway = await eventually(
        () => read(process, job),
        ({ counts }) => counts?.done === 50,
      );
      await sleep(200);
      const later = await read(process, job);
      open();
      const ended = await reach(process, job, 'succeeded');
      expect(halfway.counts).toEqual({ done: 50, known: 100, unit: 'steps', perSecond: expect.any(Number) });
      expect(halfway.counts?.perSecond).toBeGreaterThan(0);
      expect(halfway.estimatedEndAt?.getTime()).toBeGreaterThan(halfway.progressedAt?.getTime() ?? Infinity);
      expect(later.progressedAt).toEqual(halfway.progressedAt);
      expect(ended.estimatedEndAt).toBeNull();
    });

    it('stops a job that lives but comes no further, and says where it stood', async () => {
      const process = await start({
        timing: { standstillMs: 300 },
        doing: async (_errand, context) => {
          context.progress(0.4, 'waiting for Godot', { done: 4, known: 10, unit: 'acts' });
          await once(context.signal, 'abort');
          context.throwIfCancelled();
        },
      });

      const job = await process.queue.add(exportErrand, { what: 'stuck' }, { workspaceId });

      const { error } = await reach(process, job, 'failed');
      expect(error).toEqual({
        code: 'jobs.stalled',
        stage: 'waiting for Godot',
        message: expect.stringMatching(
          /^The job stood still for \d+ seconds in the stage "waiting for Godot"\.$/,
        ),
      });
    });

    it('lets a job go on for as long as it comes further', async () => {
      const process = await start({
        timing: { standstillMs: 600 },
        doing: async (_errand, context) => {
          for (let step = 0; step < 20; step += 1) {
            context.progress(step / 20, 'walking');
            await sleep(60);
            context.throwIfCancelled();
          }
        },
      });

      const job = await process.queue.add(exportErrand, { what: 'slow' }, { workspaceId });

      expect(await reach(process, job, 'succeeded')).toMatchObject({ attempt: 1 });
    });

    it('tries a job again that stood still, also when its handler does not listen', async () => {
      const deaf = Promise.withResolvers<void>();
      const process = await start({
        timing: { standstillMs: 200 },
        doing: ({ what }, { job: { attempt } }) =>
          attempt === 1 ? deaf.promise : Promise.resolve({ what, attempt }),
      });

      const job = await process.queue.add(plainErrand, { what: 'deaf' }, { workspaceId });

      expect(await reach(process, job, 'succeeded')).toMatchObject({ result: { what: 'deaf', attempt: 2 } });
      deaf.resolve();
    });

    it('writes progress although the handler has a transaction open', async () => {
      const process = await start({
        doing: (_errand, context) =>
          db.unitOfWork.run(async () => {
            context.progress(0.5, 'inside');
            await sleep(60);
            await db.sql.acrossWorkspaces('test', 'select 1');
          }),
      });

      const job = await process.queue.add(plainErrand, { what: 'transaction' }, { workspaceId });

      expect(await reach(process, job, 'succeeded')).toMatchObject({ attempt: 1 });
    });

    it('joins a twin that waits', async () => {
      const process = await start({ runsJobs: false });

      const first = await process.queue.add(keyedErrand, { what: 'same' }, { workspaceId });
      const second = await process.queue.add(keyedErrand, { what: 'same' }, { workspaceId });
      const other = await process.queue.add(keyedErrand, { what: 'other' }, { workspaceId });

      expect(second).toEqual(first);
      expect(other.id).not.toBe(first.id);
    });

    it('joins twins that are asked for at the same time', async () => {
      const process = await start({ runsJobs: false });

      const refs = await Promise.all(
        Array.from({ length: 8 }, () => process.queue.add(keyedErrand, { what: 'same' }, { workspaceId })),
      );

      expect(new Set(refs.map(({ id }) => id)).size).toBe(1);
    });

    it('goes round once more when a job is asked for while its twin runs', async () => {
      const { doing, started, open, runs } = gate();
      const process = await start({ doing });
      const first = await process.queue.add(keyedErrand, { what: 'dirty' }, { workspaceId });
      await started;

      const second = await process.queue.add(keyedErrand, { what: 'dirty' }, { workspaceId });
      const third = await process.queue.add(keyedErrand, { what: 'dirty' }, { workspaceId });
      open();

      expect(second).toEqual({ id: first.id, state: 'running' });
      expect(third).toEqual(second);
      await eventually(
        listStates,
        (states) => states.length === 2 && states.every((state) => state === 'succeeded'),
      );
      expect(runs()).toBe(2);
    });

    it('goes round again as late as it is asked to, and sooner when somebody wants it sooner', async () => {
      const { doing, started, open, runs } = gate();
      const process = await start({ doing });
      const first = await process.queue.add(keyedErrand, { what: 'dirty' }, { workspaceId });
      await started;
      await process.queue.add(keyedErrand, { what: 'dirty' }, { workspaceId, delayMs: 600_000 });
      await process.queue.add(keyedErrand, { what: 'dirty' }, { workspaceId, delayMs: 300_000 });
      await process.queue.add(keyedErrand, { what: 'dirty' }, { workspaceId, delayMs: 900_000 });
      open();
      await reach(process, first, 'succeeded');

      const second = await process.queue.add(
        keyedErrand,
        { what: 'dirty' },
        { workspaceId, delayMs: 800_000 },
      );
      const dueInSeconds = await secondsUntilDue(second);
      const third = await process.queue.add(keyedErrand, { what: 'dirty' }, { workspaceId });

      expect(second.state).toBe('queued');
      expect(dueInSeconds).toBeGreaterThan(200);
      expect(dueInSeconds).toBeLessThanOrEqual(300);
      expect(third.id).toBe(second.id);
      await reach(process, third, 'succeeded');
      expect(runs()).toBe(2);
    });

    it('keeps the pause between two tries when it is asked for meanwhile', async () => {
      let runs = 0;
      const process = await start({
        doing: () => {
          runs += 1;
          return Promise.reject(new StorageFull());
        },
      });
      const first = await process.queue.add(keyedErrand, { what: 'patient' }, { workspaceId });
      await eventually(
        () => read(process, first),
        ({ state, attempt }) => state === 'queued' && attempt === 1,
      );

      const second = await process.queue.add(keyedErrand, { what: 'patient' }, { workspaceId });

      expect(second).toEqual({ id: first.id, state: 'queued' });
      expect(await secondsUntilDue(first)).toBeGreaterThan(20);
      expect(runs).toBe(1);
    });

    it('cancels a job that waits', async () => {
      const process = await start({ runsJobs: false });
      const job = await process.queue.add(plainErrand, { what: 'unwanted' }, { workspaceId });

      await process.jobs.cancel(workspaceId, job.id);

      let runs = 0;
      await start({
        doing: async () => {
          runs += 1;
          return Promise.resolve();
        },
      });
      await sleep(200);
      expect(await read(process, job)).toMatchObject({ state: 'cancelled', attempt: 0 });
      expect(runs).toBe(0);
    });

    it('cancels a job that another process runs', async () => {
      const { doing, started } = gate();
      const api = await start({ runsJobs: false });
      const worker = await start({ doing });
      const job = await api.queue.add(plainErrand, { what: 'unwanted' }, { workspaceId });
      await worker.sweep();
      await started;

      const asked = await api.jobs.cancel(workspaceId, job.id);

      expect(asked).toMatchObject({ state: 'running' });
      expect(await reach(api, job, 'cancelled')).toMatchObject({ attempt: 1, error: null });
    });

    it('takes turns with other jobs when it goes on later, and keeps how far it is', async () => {
      const order: string[] = [];
      const turns = new Map<string, number>();
      const process = await start({
        doing: async ({ what }, context) => {
          const turn = (turns.get(what) ?? 0) + 1;
          turns.set(what, turn);
          order.push(what);
          if (turn === 3) return { turns: turn };
          context.progress(turn / 3, 'walking', { done: turn, known: 3, unit: 'steps' });
          await sleep(50);
          return new JobContinuation();
        },
      });

      const jobs = await Promise.all(
        ['a', 'b', 'c', 'd'].map((what) => process.queue.add(plainErrand, { what }, { workspaceId })),
      );

      const ended = await Promise.all(jobs.map((job) => reach(process, job, 'succeeded')));
      expect(ended.map(({ result }) => result)).toEqual(jobs.map(() => ({ turns: 3 })));
      expect(ended[0]).toMatchObject({ attempt: 1, counts: { done: 2, known: 3, unit: 'steps' } });
      expect(order.slice(0, 4).toSorted()).toEqual(['a', 'b', 'c', 'd']);
      expect(order).toHaveLength(12);
    });

    it('has all its attempts in each turn', async () => {
      let runs = 0;
      const process = await start({
        doing: () => {
          runs += 1;
          if (runs === 6) return Promise.resolve({ runs });
          return runs % 3 === 0
            ? Promise.resolve(new JobContinuation())
            : Promise.reject(new Error('for once'));
        },
      });

      const job = await process.queue.add(plainErrand, { what: 'stumbles' }, { workspaceId });

      expect(await reach(process, job, 'succeeded')).toMatchObject({ attempt: 3, result: { runs: 6 } });
    });

    it('is tidied up when it is cancelled between two turns', async () => {
      const process = await start({ doing: () => Promise.resolve(new JobContinuation(3_600_000)) });
      const job = await process.queue.add(plainErrand, { what: 'waits' }, { workspaceId });
      await eventually(
        () => read(process, job),
        ({ state, attempt, startedAt }) => state === 'queued' && attempt === 0 && startedAt !== null,
      );

      await process.jobs.cancel(workspaceId, job.id);
      await process.sweep();

      await reach(process, job, 'cancelled');
      expect(process.desk.abandoned).toEqual([['waits', 'jobs.cancelled']]);
    });

    it('takes a job over from a process that fell silent, and ignores what that says later', async () => {
      const silent = gate();
      const second = gate();
      const doing: Doing = async (errand, context) => {
        const { attempt } = context.job;
        await (attempt === 1 ? silent : second).doing(errand, context);
        return { attempt };
      };
      const first = await start({ timing: { heartbeatMs: 60_000, sweepMs: 60_000 }, doing });
      const job = await first.queue.add(plainErrand, { what: 'precious' }, { workspaceId });
      await silent.started;
      const other = await start({ doing });
      await makeStale();
      // A carrier on Redis keeps the job for its dead process for a while; here it has forgotten.
      await carrier.forget();
      await other.sweep();
      await second.started;

      silent.open();
      await sleep(100);
      const meanwhile = await read(other, job);
      second.open();

      expect(meanwhile).toMatchObject({ state: 'running', attempt: 2, result: null });
      expect(await reach(other, job, 'succeeded')).toMatchObject({ result: { attempt: 2 } });
    });

    it('gives up on a job that loses its process each time', async () => {
      const { doing, started } = gate();
      const timing = { heartbeatMs: 60_000, sweepMs: 60_000 };
      const telling: Doing = (errand, context) => {
        context.progress(0.1, 'drinking');
        return doing(errand, context);
      };
      const process = await start({ timing, doing: telling });
      const other = await start({ timing, doing: telling });
      const job = await process.queue.add(exportErrand, { what: 'poison' }, { workspaceId });
      await started;
      await eventually(
        () => read(process, job),
        ({ stage }) => stage === 'drinking',
      );

      await makeStale();
      // Whichever has the job, the other one gives it up.
      await process.sweep();
      await other.sweep();

      expect(await read(process, job)).toMatchObject({
        state: 'failed',
        error: {
          code: 'jobs.lost',
          stage: 'drinking',
          message: 'The process that ran the job stopped without a word in the stage "drinking".',
        },
      });
      expect([...process.desk.abandoned, ...other.desk.abandoned]).toContainEqual(['poison', 'jobs.lost']);
    });

    it('loses no job when the carrier forgets everything', async () => {
      const api = await start({ runsJobs: false });
      const jobs = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          api.queue.add(plainErrand, { what: String(n) }, { workspaceId }),
        ),
      );
      await carrier.forget();
      const runs: string[] = [];

      await start({
        doing: async ({ what }) => {
          runs.push(what);
          return Promise.resolve();
        },
      });

      await eventually(listStates, (states) => states.every((state) => state === 'succeeded'));
      expect(runs).toHaveLength(jobs.length);
      expect(new Set(runs).size).toBe(jobs.length);
    });

    it('gives a job back when its process stops, and does not count the attempt', async () => {
      const { doing, started } = gate();
      const stopping = await start({ doing });
      const job = await stopping.queue.add(plainErrand, { what: 'handed on' }, { workspaceId });
      await started;

      await stopping.close();
      const given = await read(stopping, job);
      const other = await start();

      expect(given).toMatchObject({ state: 'queued', attempt: 0 });
      expect(await reach(other, job, 'succeeded')).toMatchObject({ attempt: 1 });
    });

    it('gives a job back although its handler does not listen', async () => {
      const deaf = Promise.withResolvers<void>();
      const started = Promise.withResolvers<void>();
      const stopping = await start({
        doing: () => {
          started.resolve();
          return deaf.promise;
        },
      });
      const job = await stopping.queue.add(plainErrand, { what: 'deaf' }, { workspaceId });
      await started.promise;

      await stopping.close();
      const given = await read(stopping, job);
      deaf.resolve();

      expect(given).toMatchObject({ state: 'queued', attempt: 0 });
    });

    it('lets a job end that ends while its process drains', async () => {
      const { doing, started, open } = gate();
      const stopping = await start({ doing, drainTimeoutMs: 5_000 });
      const job = await stopping.queue.add(plainErrand, { what: 'almost' }, { workspaceId });
      await started;

      const closing = stopping.close();
      open();
      await closing;

      expect(await read(stopping, job)).toMatchObject({ state: 'succeeded' });
    });

    it('does not let a full queue hold up another', async () => {
      const { doing, started, open } = gate();
      const process = await start({
        doing: (errand, context) => (errand.what === 'quick' ? Promise.resolve() : doing(errand, context)),
      });
      await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          process.queue.add(plainErrand, { what: String(n) }, { workspaceId }),
        ),
      );
      await started;

      const quick = await process.queue.add(exportErrand, { what: 'quick' }, { workspaceId });

      expect(await reach(process, quick, 'succeeded')).toMatchObject({ attempt: 1 });
      open();
      await eventually(listStates, (states) => states.every((state) => state === 'succeeded'));
    });

    it('refuses to start when a declared job has no handler', async () => {
      const starting = startJobProcess({ db, queue: carrier.queue, handlers: [] });

      await expect(starting).rejects.toThrow('errand.plain has 0 handlers');
    });
  });
}
