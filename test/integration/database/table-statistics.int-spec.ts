import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { TableStatistics } from '#common/database';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

const ROWS = 20_000;

describeOnEachDatabase('the statistics of tables', (target) => {
  let db: TestDatabase;
  let statistics: TableStatistics;

  beforeAll(async () => {
    db = await createTestDatabase({ target });
    statistics = new TableStatistics(db.sql);
    await db.sql.acrossWorkspaces(
      'the server must not come first',
      'alter table workspaces set (autovacuum_enabled = false)',
    );
  });

  afterAll(() => db.close());

  const grow = (name: string): Promise<unknown> =>
    db.sql.acrossWorkspaces(
      'a fixture',
      `insert into workspaces select gen_random_uuid(), ?, now() from generate_series(1, ${ROWS})`,
      [name],
    );
  const commonNames = async (): Promise<string | undefined> => {
    const [row] = await db.sql.acrossWorkspaces<{ names: string }>(
      'a check',
      `select most_common_vals::text as names from pg_stats where tablename = 'workspaces' and attname = 'name'`,
    );
    return row?.names;
  };

  it('are made for a table that has none, and anew once it is more than twice as large', async () => {
    const empty = await statistics.refresh();
    await grow('First');
    const full = await statistics.refresh();
    const again = await statistics.refresh();
    const names = await commonNames();
    await grow('Second');
    await grow('Second');
    const grown = await statistics.refresh();

    expect([empty, full, again, grown]).toEqual([[], ['workspaces'], [], ['workspaces']]);
    expect([names, await commonNames()]).toEqual(['{First}', '{Second,First}']);
  });

  it('are made for messages, too, wherever their months lie', async () => {
    await db.sql.acrossWorkspaces(
      'a fixture',
      `create table history.messages_2001_01 with (autovacuum_enabled = false)
       as select repeat('x', 100) as content from generate_series(1, ${ROWS})`,
    );

    expect(await statistics.refresh()).toEqual(['history.messages_2001_01']);
    expect(await statistics.refresh()).toEqual([]);
  });

  it('are no reason to fail', async () => {
    Logger.overrideLogger(false);
    const failing = new TableStatistics(
      Object.assign(Object.create(db.sql) as typeof db.sql, {
        acrossWorkspaces: () => Promise.reject(new Error('permission denied')),
      }),
    );

    const refreshed = await failing.refresh();
    Logger.overrideLogger(true);

    expect(refreshed).toEqual([]);
  });
});
