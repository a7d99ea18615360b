import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { isDatabaseAway, SilenceWatch } from '#common/database';
import { describeOnPostgres, type PreparedDatabase } from '../../support/database-targets.js';
import { ServerProxy } from '../../support/server-proxy.js';

const PATIENCE = { lookMs: 50, silentLooks: 2, askingLooks: 40, pausedLooks: 3 };
/** Many looks, so that a statement is asked about several times. */
const LONG_S = 1.5;

describeOnPostgres('a pool whose connections fall silent', (target) => {
  let prepared: PreparedDatabase;
  let proxy: ServerProxy;
  let pool: pg.Pool;

  beforeAll(async () => {
    prepared = await target.prepare();
  });

  afterAll(() => prepared.drop());

  beforeEach(async () => {
    proxy = await ServerProxy.start(prepared.url ?? '');
    pool = new pg.Pool({ connectionString: proxy.url, max: 2 });
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    new SilenceWatch(pool, PATIENCE);
  });

  afterEach(async () => {
    await pool.end();
    await proxy.close();
  });

  const failureOf = (statement: string): Promise<unknown> =>
    pool.query(statement).then(
      () => 'none',
      (error: unknown) => error,
    );

  it('lets a statement take its time on a server that works for it', async () => {
    const { rows } = await pool.query(`select pg_sleep(${LONG_S}), 'done' as outcome`);

    expect(rows).toMatchObject([{ outcome: 'done' }]);
    expect(proxy.accepted).toBeGreaterThan(2);
  });

  it('gives up a connection that was lost on the way, and makes another', async () => {
    await pool.query('select 1');
    proxy.mute();
    proxy.listen();

    const failure = await failureOf('select 1');

    expect(isDatabaseAway(failure)).toBe(true);
    expect((await pool.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
  });

  it('gives up all connections to a server that says nothing', async () => {
    // Both connections are there before: one that is only being made would never come, and is not what is watched.
    await Promise.all([pool.query('select pg_sleep(0.1)'), pool.query('select pg_sleep(0.1)')]);
    const underWay = failureOf(`select pg_sleep(${LONG_S})`);
    await pool.query('select 1');
    proxy.mute();

    const failures = await Promise.all([underWay, failureOf('select 1')]);

    expect(failures.map(isDatabaseAway)).toEqual([true, true]);
    expect(pool.totalCount).toBe(0);
  });

  it('leaves statements alone while the server refuses further connections', async () => {
    await pool.query('select 1');
    proxy.refuse();

    const { rows } = await pool.query(`select pg_sleep(${LONG_S}), 'done' as outcome`);

    expect(rows).toMatchObject([{ outcome: 'done' }]);
    expect(proxy.accepted).toBeGreaterThan(2);
  });

  it('leaves statements alone behind a pooler that counts processes otherwise', async () => {
    proxy.renumber();
    const { rows } = await pool.query(`select pg_sleep(${LONG_S}), 'done' as outcome`);

    expect(rows).toMatchObject([{ outcome: 'done' }]);
    expect(proxy.accepted).toBeGreaterThan(2);
  });
});
