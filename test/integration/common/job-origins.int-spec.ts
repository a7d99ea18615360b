import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { NotFound } from '#common/errors';
import type { JobRef } from '#common/jobs';
import { type CallFacts, currentCall, serveCall } from '#common/telemetry';
import { FakeMeter } from '../../fakes/fake.meter.js';
import { FakeTracer } from '../../fakes/fake.tracer.js';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import {
  type Doing,
  type JobProcess,
  keyedErrand,
  plainErrand,
  startJobProcess,
} from '../../support/job-processes.js';

interface Origin {
  readonly requestId: string | null;
  readonly traceParent: string | null;
}

describeOnEachDatabase('where a job was asked for', (target) => {
  let db: TestDatabase;
  let workspaceId: string;
  let processes: JobProcess[];
  let tracer: FakeTracer;
  let meter: FakeMeter;

  beforeAll(async () => {
    db = await createTestDatabase({ target });
  });
  beforeEach(async () => {
    await db.truncate();
    processes = [];
    tracer = new FakeTracer();
    meter = new FakeMeter();
    workspaceId = newId();
    await db.sql.acrossWorkspaces(
      'test',
      `insert into workspaces (id, name, created_at) values (?, 'Acme', now())`,
      [workspaceId],
    );
  });
  afterEach(() => Promise.all(processes.map((process) => process.close())));
  afterAll(() => db.close());

  async function start(doing?: Doing): Promise<JobProcess> {
    const options = { db, runsJobs: doing !== undefined, telemetry: { tracer, meter } };
    const process = await startJobProcess(doing ? { ...options, doing } : options);
    processes.push(process);
    return process;
  }

  /** Asks for a job while a request is served whose span has this id. */
  function ask(process: JobProcess, requestId: string, declaration = plainErrand): Promise<JobRef> {
    const span = tracer.start({ name: requestId, resource: requestId, kind: 'internal', facts: {} });
    return serveCall({ requestId }, () =>
      span.within(() => process.queue.add(declaration, { what: 'bread' }, { workspaceId })),
    );
  }

  async function originOf({ id }: JobRef): Promise<Origin | undefined> {
    const [row] = await db.sql.acrossWorkspaces<Origin>(
      'test',
      'select request_id as "requestId", trace_parent as "traceParent" from jobs where id = ?',
      [id],
    );
    return row;
  }

  const ended = (process: JobProcess, { id }: JobRef): Promise<unknown> =>
    eventually(
      () => process.jobs.find(workspaceId, id),
      (job) => job?.state === 'succeeded' || job?.state === 'failed',
    );

  it('is known to the job: to its lines, and to its span', async () => {
    const calls: CallFacts[] = [];
    const process = await start(() => {
      calls.push(currentCall());
      return Promise.resolve();
    });

    const job = await ask(process, 'request-1');
    await ended(process, job);

    expect(calls).toEqual([{ requestId: 'request-1', jobId: job.id, jobType: 'errand.plain' }]);
    expect(tracer.spans[1]).toMatchObject({
      start: { name: 'colloquy.job', kind: 'consumer', resource: 'errand.plain' },
      parent: 'span-1',
      facts: { 'job.id': job.id, 'job.queue': 'ingest', 'job.attempt': 1, outcome: 'succeeded' },
    });
  });

  it('is nowhere for a job that no request asked for', async () => {
    const calls: CallFacts[] = [];
    const process = await start(() => {
      calls.push(currentCall());
      return Promise.resolve();
    });

    const job = await process.queue.add(plainErrand, { what: 'bread' }, { workspaceId });
    await ended(process, job);

    expect(calls).toEqual([{ jobId: job.id, jobType: 'errand.plain' }]);
    expect(tracer.spans).toMatchObject([{ start: { name: 'colloquy.job' }, parent: null }]);
  });

  it('stays the first request when a twin joins', async () => {
    const process = await start();

    const first = await ask(process, 'request-1', keyedErrand);
    const twin = await ask(process, 'request-2', keyedErrand);

    expect(twin.id).toBe(first.id);
    expect(await originOf(first)).toEqual({ requestId: 'request-1', traceParent: 'span-1' });
  });

  it('becomes the request that tries a failed job again', async () => {
    const process = await start(() => Promise.reject(new NotFound('The bread')));
    const job = await ask(process, 'request-1');
    await ended(process, job);

    await process.jobs.retry(workspaceId, job.id, { requestId: 'request-2', traceParent: 'elsewhere' });

    expect(await originOf(job)).toEqual({ requestId: 'request-2', traceParent: 'elsewhere' });
  });

  it('measures attempts by what becomes of them', async () => {
    let tries = 0;
    const process = await start(() => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('it broke')) : Promise.reject(new NotFound('The bread'));
    });

    await ended(process, await ask(process, 'request-1'));

    const attempts = meter.measured.filter(({ name }) => name === 'colloquy_job_seconds');
    expect(attempts.map(({ labels }) => labels['outcome'])).toEqual(['retried', 'failed']);
    expect(tracer.spans.slice(1).map(({ failedWith }) => failedWith)).toEqual(['internal', 'not_found']);
  });
});
