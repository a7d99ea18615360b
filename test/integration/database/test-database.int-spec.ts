import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { newId } from '#common/database';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

describeOnEachDatabase('A test database', (target) => {
  let db: TestDatabase;

  beforeAll(async () => {
    db = await createTestDatabase({ target });
  });
  beforeEach(() => db.truncate());
  afterAll(() => db.close());

  const countWorkspaces = async () => {
    const [row] = await db.sql.acrossWorkspaces<{ n: number }>(
      'test',
      'select count(*)::int as n from workspaces',
    );
    return row?.n;
  };
  const addWorkspace = () =>
    db.sql.acrossWorkspaces('test', 'insert into workspaces (id, name, created_at) values (?, ?, now())', [
      newId(),
      'Acme',
    ]);

  it('has every migration', async () => {
    expect(await db.orm.migrator.getPending()).toEqual([]);
  });

  it('keeps what a unit of work commits', async () => {
    await db.unitOfWork.run(addWorkspace);

    expect(await countWorkspaces()).toBe(1);
  });

  it('forgets what a unit of work rolls back', async () => {
    const failing = db.unitOfWork.run(async () => {
      await addWorkspace();
      throw new Error('no');
    });

    await expect(failing).rejects.toThrow('no');
    expect(await countWorkspaces()).toBe(0);
  });

  it('is emptied by truncation', async () => {
    await addWorkspace();

    await db.truncate();

    expect(await countWorkspaces()).toBe(0);
  });
});
