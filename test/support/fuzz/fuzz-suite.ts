import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OutboundClient } from '#common/http';
import { createTestApp, type TestApp } from '../app.js';
import type { DatabaseTarget } from '../database-targets.js';
import { FuzzRun, type FuzzReport } from './fuzz-run.js';
import { fuzzPages, FuzzWorld } from './fuzz-world.js';
import { readHostileStrings } from './hostile-strings.js';
import { LoopbackInternet } from '../outbound/loopback-internet.js';
import { LoopbackServer } from '../outbound/loopback-server.js';

/**
 * Another seed makes other calls; a number of calls and an index make one of them again. Each hostile string comes
 * into each text and parameter; with a stride of 3, into every third.
 */
const { FUZZ_SEED = '20261124', FUZZ_CALLS, FUZZ_INDEX, FUZZ_STRIDE = '1' } = process.env;
const CALLS = { PGlite: 5_200, Postgres: 5_200 };
/** Succeed only at the right moment, with fields that fit each other by chance, or where metrics were asked for: a run need not have met that. */
const SELDOM_POSSIBLE = [
  ...['jobs.cancel', 'jobs.retry', 'messages.stop', 'messages.retry', 'metrics.show', 'exports.cancel'],
  ...['datasources.upload', 'datasources.download'],
  // Only where a conversation was taken over before, and not handed back since.
  'handovers.reply',
  // A source takes the fields of its own type only.
  ...['datasources.create', 'datasources.update', 'datasources.remove'],
  ...['fields.add', 'fields.update', 'fields.convert'],
  ...[
    'hooks.receive',
    'tableHooks.create',
    'formPages.submit',
    'forms.create',
    'forms.remove',
    'forms.update',
  ],
  // Nothing answers for the other service.
  ...['tableConnections.listTables', 'tableConnections.create', 'tableConnections.update'],
  ...['tableConnections.remove', 'tableConnections.test', 'tableConnections.get', 'tableLinks.create'],
  ...['tableLinks.get', 'tableLinks.update', 'tableLinks.remove', 'tableLinks.sync'],
  ...['tableImports.start', 'tableImports.preview', 'importFiles.preview'],
  ...['records.upsert', 'records.query', 'records.removeAll'],
  // A token opens one file only.
  'exports.downloadByLink',
];

/** Every page of the internet, for whatever name. */
function startSite(pages: ReadonlyMap<string, string>): Promise<LoopbackServer> {
  return LoopbackServer.http(async (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path === '/loop') return response.writeHead(302, { location: '/loop' }).end();
    if (path === '/slow') await sleep(300);
    const page = pages.get(path);
    return response.writeHead(page ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  });
}

/** What calls made out of the document of an app on this database have to give. */
export function fuzzOn(target: DatabaseTarget): void {
  const seed = Number(FUZZ_SEED);
  const hostile = readHostileStrings();
  let site: LoopbackServer;
  let testApp: TestApp;
  let world: FuzzWorld;
  let report: FuzzReport;
  let foreignBefore: unknown[];

  beforeAll(async () => {
    const pages = fuzzPages();
    site = await startSite(pages);
    const { resolver, connectorFactory } = new LoopbackInternet(site.port);
    const outbound = new OutboundClient({ allow: [], resolver, connectorFactory });
    testApp = await createTestApp({ target, outbound });
    world = await FuzzWorld.make(testApp, pages);
    foreignBefore = await world.foreignersView();
    report = await FuzzRun.of(testApp, world, () => FuzzWorld.make(testApp, pages), {
      ...{ seed, hostile, stride: target.name === 'PGlite' ? Number(FUZZ_STRIDE) : null },
      calls: Number(FUZZ_CALLS ?? CALLS[target.name]),
      ...(FUZZ_INDEX === undefined ? {} : { only: Number(FUZZ_INDEX) }),
    });
    process.stderr.write(
      `\nFuzz on ${target.name}: FUZZ_SEED=${seed}, ${report.calls} calls in ${report.tookMs} ms, slowest ${report.slowestMs} ms, ${hostile.texts.length} hostile strings (${hostile.folder})\n`,
    );
  }, 900_000);

  afterAll(async () => {
    await testApp.close();
    await site.close();
  });

  it('are answered quickly, without a failure of ours, and only as the document says', () => {
    expect(report.faults).toEqual([]);
  });

  it('leave the foreign workspace as it was', async () => {
    expect(await world.foreignersView()).toEqual(foreignBefore);
  });

  it('leave the process as well as it was', async () => {
    expect((await testApp.anonymous.get('/health/ready')).status).toBe(200);
    expect((await world.owner.post('/v1/bots', { name: 'Still here' })).status).toBe(201);
  });

  it('are of every kind, and succeed at every operation now and then', () => {
    const kinds = ['valid', 'nearly valid', 'hostile', 'odd'];
    const lacking = [...report.statuses].filter(([, counts]) =>
      [...counts.keys()].every((status) => status >= 300),
    );

    expect([...report.kinds.keys()]).toEqual(expect.arrayContaining(kinds));
    expect(
      lacking
        .filter(([id]) => id !== 'none' && !SELDOM_POSSIBLE.includes(id))
        .map(([id, counts]) => [id, Object.fromEntries(counts)]),
    ).toEqual([]);
  });
}
