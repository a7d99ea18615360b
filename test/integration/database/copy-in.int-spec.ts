import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

const WORKSPACE = '0197a5a0-0000-7000-8000-000000000001';

describeOnEachDatabase('rows that are written by COPY', (target) => {
  let db: TestDatabase;

  beforeEach(async () => {
    db = await createTestDatabase({ target });
    await db.sql.acrossWorkspaces(
      'a fixture',
      'create table copied (workspace_id uuid not null, id int primary key, note text, tags text[])',
    );
  });
  afterEach(() => db.close());

  const copy = (rows: readonly (readonly (string | null)[])[]) =>
    db.sql.copyIn(WORKSPACE, 'copied', ['id', 'note', 'tags'], rows);
  const stored = () =>
    db.sql.inWorkspace<{ id: number; note: string | null; tags: string[] | null }>(
      WORKSPACE,
      'select id, note, tags from copied where workspace_id = ? order by id',
      [WORKSPACE],
    );

  it('are what they were, in whatever characters', async () => {
    const notes = ['\\N', '\\.', 'a\tb', 'one\r\ntwo', '"x", \'y\'', '', '\\\\', 'ünï 😀', ' '];

    await copy([...notes.map((note, index) => [String(index), note, '{"a,b","c\\"d"}']), ['99', null, null]]);

    expect(await stored()).toEqual([
      ...notes.map((note, id) => ({ id, note, tags: ['a,b', 'c"d'] })),
      { id: 99, note: null, tags: null },
    ]);
  });

  it('come and go with the transaction, and leave the connection as good as before', async () => {
    const doomed = db.unitOfWork.run(async () => {
      await copy([['1', 'x', null]]);
      throw new Error('not after all');
    });
    await expect(doomed).rejects.toThrow('not after all');

    await expect(copy([...Array.from({ length: 5_000 }, () => ['7', 'x', null])])).rejects.toMatchObject({
      code: '23505',
    });
    await db.unitOfWork.run(() => copy([['2', 'y', null]]));

    expect(await stored()).toEqual([{ id: 2, note: 'y', tags: null }]);
  });

  it('may be many megabytes, and none', async () => {
    const note = 'x'.repeat(10_000);

    await copy(Array.from({ length: 1_000 }, (_, id) => [String(id), note, null]));
    await copy([]);

    expect((await stored()).length).toBe(1_000);
  });
});
