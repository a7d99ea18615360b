import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EmbeddedCare } from '#common/database';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

describe('the care of the embedded database', () => {
  let db: TestDatabase;
  let care: EmbeddedCare;

  beforeAll(async () => {
    db = await createTestDatabase();
    care = new EmbeddedCare(db.sql, db.tenancy);
    await care.tidy();
  });

  afterAll(() => db.close());

  it('analyses a table that has changed much, and leaves it alone until it does again', async () => {
    await db.sql.acrossWorkspaces(
      'a fixture',
      `insert into workspaces select gen_random_uuid(), 'W', now() from generate_series(1, 500)`,
    );

    await db.sql.acrossWorkspaces(
      'a fixture',
      'create table hosted.t_1 as select generate_series(1, 500) as id',
    );

    const first = await care.tidy();
    const second = await care.tidy();

    expect(first).toEqual(expect.arrayContaining(['hosted.t_1', 'public.workspaces']));
    expect(second).not.toContain('public.workspaces');
    const [plan] = await db.sql.acrossWorkspaces<{ estimate: number }>(
      'a check',
      `select reltuples::int as estimate from pg_class where relname = 'workspaces'`,
    );
    expect(plan?.estimate).toBe(500);
  });
});
