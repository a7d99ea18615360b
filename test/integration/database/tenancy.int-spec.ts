import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId, Tenancy, TenantEntity, UnscopedQuery, WORKSPACE_FILTER } from '#common/database';
import { createTestApp, type TestApp } from '../../support/app.js';
import { EntityManager, MikroORM, RequestContext } from '@mikro-orm/core';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

describe('the workspace filter', () => {
  let testApp: TestApp;
  let orm: MikroORM;

  beforeAll(async () => {
    testApp = await createTestApp();
    orm = testApp.app.get(MikroORM);
  });

  afterAll(() => testApp.close());

  const tenantEntities = (): (new (...args: never[]) => TenantEntity)[] =>
    [...orm.getMetadata().getAll().values()]
      .map((meta) => meta.class as new (...args: never[]) => TenantEntity)
      .filter((entity) => entity.prototype instanceof TenantEntity);

  it('is on every entity whose table has a workspace', () => {
    const withWorkspace = [...orm.getMetadata().getAll().values()].filter(
      (meta) => 'workspaceId' in meta.properties && !meta.abstract,
    );

    expect(withWorkspace.length).toBeGreaterThan(8);
    expect(tenantEntities().filter((entity) => entity !== TenantEntity)).toHaveLength(withWorkspace.length);
  });

  it('fails every query in a context that is bound to no workspace', async () => {
    const em = testApp.app.get(EntityManager).fork({ clear: true });
    const outcomes = await RequestContext.create(em, () =>
      Promise.all(
        tenantEntities().map((entity) =>
          em.find(entity, {}).then(
            () => entity.name,
            (error: unknown) => (error as Error).message,
          ),
        ),
      ),
    );

    expect(new Set(outcomes)).toEqual(new Set([`No arguments provided for filter '${WORKSPACE_FILTER}'`]));
  });

  it('fails every query in what runs unbound, also within a context that is bound to a workspace', async () => {
    const em = testApp.app.get(EntityManager);
    const tenancy = testApp.app.get(Tenancy);
    const look = (): Promise<unknown> =>
      Promise.all(tenantEntities().map((entity) => em.find(entity, {}, { limit: 1 })));

    await expect(tenancy.run(newId(), look)).resolves.toBeDefined();
    await expect(tenancy.run(newId(), () => tenancy.runUnbound(look))).rejects.toThrow(
      `No arguments provided for filter '${WORKSPACE_FILTER}'`,
    );
  });
});

describe('hand-written SQL', () => {
  let db: TestDatabase;
  const workspaceId = newId();

  beforeAll(async () => {
    db = await createTestDatabase();
  });

  beforeEach(() => db.truncate());

  afterAll(() => db.close());

  it.each([
    ['names no workspace', 'select * from bots', []],
    ['names the column but compares it with nothing', 'select workspace_id from bots', [workspaceId]],
    ['compares with another workspace', 'select * from bots where workspace_id = ?', [newId()]],
  ])('is refused when it %s', async (_, sql, params) => {
    await expect(db.sql.inWorkspace(workspaceId, sql, params)).rejects.toThrow(UnscopedQuery);
  });

  it('runs when it filters by its workspace', async () => {
    const rows = await db.sql.inWorkspace(workspaceId, 'select * from bots where workspace_id = ?', [
      workspaceId,
    ]);

    expect(rows).toEqual([]);
  });

  it('cannot refer to rows of another workspace, whatever it says', async () => {
    const [mine, theirs] = [newId(), newId()];
    await db.sql.acrossWorkspaces(
      'a fixture',
      `insert into workspaces values (?, 'A', now()), (?, 'B', now())`,
      [mine, theirs],
    );
    const botId = newId();
    await db.sql.acrossWorkspaces(
      'a fixture',
      `insert into bots (id, workspace_id, slug, name, model, retrieval, created_at, updated_at)
       values (?, ?, 'b-' || gen_random_uuid(), 'B', '{}', '{}', now(), now())`,
      [botId, theirs],
    );

    const insert = db.sql.acrossWorkspaces(
      'a mistake',
      `insert into conversations (id, workspace_id, bot_id, channel, created_by_id, created_at, updated_at)
       values (?, ?, ?, 'api', ?, now(), now())`,
      [newId(), mine, botId, newId()],
    );

    await expect(insert).rejects.toThrow(/foreign key/);
  });
});
