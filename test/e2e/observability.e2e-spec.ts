import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  finishChunk,
  ScriptedServer,
  streams,
  textChunk,
  usageChunk,
} from '../integration/providers/scripted-server.js';
import { type ApiClient, apiClient } from '../support/api-client.js';
import { type Cluster, describeOnCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { createBot, openConversation, type SourceView } from '../support/journey.js';
import { valueOf } from '../support/metrics-page.js';
import type { Environment, TestServer } from '../support/server.js';
import { articlePage, createSite, type TestSite } from '../support/site.js';
import { type IntakeSpan, TraceIntake } from '../support/trace-intake.js';
import type { WorkerProcess } from '../support/worker-process.js';

const METRICS_TOKEN = 'a-secret-of-the-operator';
const PASSWORD = 'Unspoken-horse-7-battery';
const EMAIL = 'traced-person@example.com';
const KEY = 'sk-unspeakable-key';
const INSTRUCTIONS = 'Whisper like a lighthouse keeper.';
const QUESTION = 'Which lamp burns at the harbour?';
const FACT = 'The emerald lamp burns at the harbour until dawn.';
const ANSWER = 'The emerald one [1].';
const PATH = '/confidential-page';
const QUERY = 'token=hidden-in-query';
/** The query of a request to us. */
const ASKED_FOR = 'limit=17';
const UNREACHABLE = '127.0.0.1:9';
const NOTHING_ELSE: Environment = {
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
};

/** A sync, and the first attempt at its job. */
interface Synced {
  readonly jobId: string;
  readonly requestId: string;
  readonly span: IntakeSpan;
}

interface Line {
  readonly msg: string;
  readonly requestId?: string;
  readonly jobId?: string;
  readonly dd?: { readonly trace_id: string };
}

function linesOf(log: string): Line[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}

describeOnCluster('an installation that is watched', (open) => {
  let folder: string;
  let intake: TraceIntake;
  let site: TestSite;
  let model: ScriptedServer;
  let cluster: Cluster;
  let api: TestServer;
  let worker: WorkerProcess;
  let owner: ApiClient;
  let botId: string;
  let synced: Synced;
  let failed: Synced;
  let turn: IntakeSpan;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'colloquy-watched-'));
    intake = await TraceIntake.start();
    site = await createSite({ [PATH]: articlePage('Harbour', FACT) });
    model = await ScriptedServer.start();
    model.play(streams(textChunk(ANSWER), finishChunk(), usageChunk(31, 7), '[DONE]'));
    cluster = await open({
      ...NOTHING_ELSE,
      METRICS_TOKEN,
      DD_TRACE_ENABLED: 'true',
      DD_TRACE_AGENT_URL: intake.url,
      OUTBOUND_ALLOW: `${site.host},${UNREACHABLE}`,
      OPENAI_API_KEY: KEY,
      OPENAI_BASE_URL: model.baseUrl,
    });
    [api, worker] = await Promise.all([
      cluster.startApi(listingPackages('traced')),
      cluster.startWorker({ WORKER_PORT: '0' }),
    ]);
    owner = await signUp();
    botId = await makeBot();
    [synced, failed] = await Promise.all([
      sync(`${site.url(PATH)}?${QUERY}`),
      sync(`http://${UNREACHABLE}${PATH}?${QUERY}`),
    ]);
    turn = await ask();
  });

  afterAll(async () => {
    await cluster?.close();
    await model?.stop();
    await site?.close();
    await intake?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Lets a process write what it has loaded when it ends. */
  function listingPackages(name: string): Environment {
    return {
      NODE_OPTIONS: `--require=${join(import.meta.dirname, '../support/loaded-packages.cjs')}`,
      LOADED_PACKAGES: join(folder, name),
    };
  }

  const packagesOf = (name: string): string[] => readFileSync(join(folder, name), 'utf8').split('\n');

  async function signUp(): Promise<ApiClient> {
    const { body } = await apiClient(api.url).post<{ accessToken: string }>('/v1/auth/register', {
      email: EMAIL,
      password: PASSWORD,
      workspaceName: 'Watched',
    });
    return apiClient(api.url, body.accessToken);
  }

  async function makeBot(): Promise<string> {
    const chosen = { provider: 'openai', name: 'gpt-4o-mini' };
    return (await createBot(owner, { instructions: INSTRUCTIONS, model: chosen })).id;
  }

  /** Has a page read, and waits for the span of the first attempt. */
  async function sync(url: string): Promise<Synced> {
    const { body, headers } = await owner.post<SourceView>('/v1/datasources', {
      type: 'url',
      url,
      botIds: [botId],
    });
    const span = await spanWhere(
      ({ name, tags }) => name === 'colloquy.job' && tags['job.id'] === body.job.id,
    );
    return { jobId: body.job.id, requestId: headers.get('x-request-id') ?? '', span };
  }

  async function ask(): Promise<IntakeSpan> {
    const conversation = await openConversation(owner, botId);
    const { status } = await owner.post(`/v1/conversations/${conversation}/messages`, { content: QUESTION });
    expect(status).toBe(200);
    return spanWhere(({ name, tags }) => name === 'colloquy.turn' && tags['bot.id'] === botId);
  }

  /** Waits for a span. */
  async function spanWhere(fits: (span: IntakeSpan) => boolean): Promise<IntakeSpan> {
    const found = await eventually(
      () => intake.spans.find(fits),
      (span) => span !== undefined,
    );
    return found as IntakeSpan;
  }

  /** Waits for a span of the same trace. */
  function inTrace({ traceId }: IntakeSpan, name: string): Promise<IntakeSpan> {
    return spanWhere((span) => span.traceId === traceId && span.name === name);
  }

  it('follows a sync from the request through the queue to the worker and the page', async () => {
    const { span: job, requestId } = synced;

    const request = await inTrace(job, 'web.request');
    const fetched = await inTrace(job, 'colloquy.outbound_fetch');

    expect(request).toMatchObject({
      resource: 'POST /v1/datasources',
      failed: false,
      tags: { 'request.id': requestId, 'http.status_code': '202' },
    });
    expect(job).toMatchObject({
      parentId: request.id,
      resource: 'datasource.sync',
      type: 'worker',
      failed: false,
      tags: { 'job.queue': 'ingest', 'job.type': 'datasource.sync', 'job.attempt': 1, outcome: 'succeeded' },
    });
    expect(fetched).toMatchObject({
      parentId: job.id,
      resource: 'GET',
      type: 'http',
      tags: { 'out.host': '127.0.0.1', 'http.status_code': '200', outcome: '2xx' },
    });
    expect([request.processId, job.processId]).toEqual([api.pid, worker.pid]);
  });

  it('follows a turn to the search, the model and the request to its provider', async () => {
    const request = await inTrace(turn, 'web.request');
    const retrieval = await inTrace(turn, 'colloquy.retrieval');
    const call = await spanWhere(({ traceId, tags }) => traceId === turn.traceId && tags['kind'] === 'chat');

    expect(turn).toMatchObject({
      parentId: request.id,
      tags: { provider: 'openai', model: 'gpt-4o-mini', outcome: 'complete' },
    });
    expect(retrieval).toMatchObject({ parentId: turn.id, tags: { 'bot.id': botId, hits: 1, outcome: 'ok' } });
    expect(call).toMatchObject({
      name: 'colloquy.provider_call',
      parentId: turn.id,
      resource: 'chat openai',
      tags: {
        provider: 'openai',
        model: 'gpt-4o-mini',
        'tokens.input': 31,
        'tokens.output': 7,
        outcome: 'ok',
      },
    });
    expect(await inTrace(turn, 'colloquy.outbound_fetch')).toMatchObject({
      parentId: call.id,
      resource: 'POST',
    });
  });

  it('marks what failed by a code, and log lines by the trace', async () => {
    const { jobId, requestId, span } = failed;

    const line = linesOf(worker.log).find((one) => one.jobId === jobId);

    expect(span).toMatchObject({
      failed: true,
      tags: { 'error.type': 'outbound.unreachable', outcome: 'retried' },
    });
    expect(line).toMatchObject({ msg: 'A job failed', requestId, dd: { trace_id: span.traceId } });
    expect(linesOf(api.log).find((one) => one.requestId === requestId)).toMatchObject({
      msg: 'request completed',
      dd: { trace_id: span.traceId },
    });
  });

  it('goes on with the trace of its caller', async () => {
    const caller = '4bf92f3577b34da6a3ce929d0e0e4736';

    await owner.call('GET', `/v1/bots?${ASKED_FOR}`, undefined, {
      traceparent: `00-${caller}-00f067aa0ba902b7-01`,
    });

    expect(await spanWhere(({ traceId }) => traceId === caller)).toMatchObject({
      name: 'web.request',
      parentId: '00f067aa0ba902b7',
      resource: 'GET /v1/bots',
    });
  });

  it('tells over HTTP how a worker is', async () => {
    const url = /The worker is ready at\s+(http\S+)/.exec(worker.log)?.[1] ?? '';
    const operator = apiClient(url, METRICS_TOKEN);

    const ready = await operator.get('/health/ready');
    const metrics = await operator.get<string>('/metrics');

    expect(ready).toMatchObject({
      status: 200,
      body: { status: 'ready', dependencies: { database: 'up', queue: 'up' } },
    });
    const job = { type: 'datasource.sync', queue: 'ingest', outcome: 'succeeded' };
    expect(valueOf(metrics.body, 'colloquy_job_seconds_count', job)).toBe(1);
    expect((await apiClient(url).get('/metrics')).status).toBe(401);
    // It serves no API: the document says nothing of its routes.
    const headers = { authorization: `Bearer ${owner.token ?? ''}` };
    expect((await fetch(`${url}/v1/bots`, { headers })).status).toBe(404);
  });

  it('puts no text, key, query or path of another server into any span', async () => {
    const asked = JSON.stringify(model.requests);
    const traced = JSON.stringify(intake.spans);

    expect([FACT, INSTRUCTIONS, QUESTION].filter((text) => !asked.includes(text))).toEqual([]);
    expect(intake.spans.length).toBeGreaterThan(10);
    const secrets = [
      ...[PASSWORD, EMAIL, KEY, INSTRUCTIONS, QUESTION, FACT, ANSWER, PATH, QUERY, ASKED_FOR, METRICS_TOKEN],
      ...[owner.token ?? '', 'emerald', 'lighthouse', 'arbour', 'select ', 'insert '],
    ];
    expect(secrets.filter((secret) => traced.includes(secret))).toEqual([]);
  });

  it('sends the spans of its last moments, and has spoken to the agent of traces alone', async () => {
    const { headers } = await owner.get('/v1/auth/me');
    await cluster.stop(api);

    const requestId = headers.get('x-request-id');
    expect(intake.spans.map(({ tags }) => tags['request.id'])).toContain(requestId);
    // Every ten seconds the tracer says how much its own client of DogStatsD has sent; it cannot be told not to.
    const itsOwn = 'POST /dogstatsd/v2/proxy';
    expect(
      [...intake.routes].filter((route) => !/ \/(info|v0\.4\/traces)$/.test(route) && route !== itsOwn),
    ).toEqual([]);
    expect([...intake.metrics].filter((name) => !name.startsWith('datadog.dogstatsd.client.'))).toEqual([]);
  });

  it('loads the tracer before all that it sees, and nothing of it where nobody asked', async () => {
    const plain = await cluster.startApi({
      ...listingPackages('plain'),
      DD_TRACE_ENABLED: '',
      METRICS_TOKEN: '',
    });
    await Promise.all([cluster.stop(plain), cluster.stop(api)]);

    const seen = ['express', 'pg', 'ioredis', 'bull'];
    const [traced, untraced] = [packagesOf('traced'), packagesOf('plain')];
    expect(traced).toEqual(expect.arrayContaining([...seen, 'dd-trace', 'prom-client']));
    expect(seen.filter((name) => traced.indexOf(name) < traced.indexOf('dd-trace'))).toEqual([]);
    expect(untraced).toEqual(expect.arrayContaining(seen));
    expect(untraced.filter((name) => /^(dd-trace|@datadog\/.*|prom-client)$/.test(name))).toEqual([]);
  });
});
