import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { PackedRows } from '#common/database';
import { type RowTable, RowReader } from '#common/rows';
import { createTestDatabase, describeOnEachDatabase, type TestDatabase } from '../../support/database.js';

const WORKSPACE = '0197a5a0-0000-7000-8000-000000000001';
const THINGS: RowTable = {
  ...{ from: 'things t', joins: {}, key: [{ sql: 't.id', type: 'int' }], workspace: 't.workspace_id' },
  ...{ created: 't.created_xid', changed: 't.created_xid' },
  columns: [
    { name: 'note', type: 'text', sql: 't.note', description: '' },
    { name: 'id', type: 'integer', sql: 't.id', description: '' },
  ],
};

describeOnEachDatabase('rows that are read as bytes', (target) => {
  let db: TestDatabase;

  beforeEach(async () => {
    db = await createTestDatabase({ target });
    await db.sql.acrossWorkspaces(
      'a fixture',
      'create table things (workspace_id uuid not null, id int primary key, note text, created_xid xid8)',
    );
  });
  afterEach(() => db.close());

  const fill = (notes: readonly (string | null)[]) =>
    db.sql.copyIn(
      WORKSPACE,
      'things',
      ['id', 'note'],
      notes.map((note, id) => [String(id), note]),
    );
  const read = (columns = 'id::text, note'): Promise<PackedRows> =>
    db.sql.packedInWorkspace(WORKSPACE, `select ${columns} from things where workspace_id = ? order by id`, [
      WORKSPACE,
    ]);
  /** All values of a column, batch by batch, and how many batches there were. */
  async function allOf(
    columns: readonly string[],
    limit: number,
  ): Promise<{ rows: unknown[]; batches: number }> {
    const reader = new RowReader(db.sql);
    const snapshot = await reader.snapshot();
    const rows: unknown[] = [];
    let batches = 0;
    for (let after: string | null = null, isOver = false; !isOver; batches += 1) {
      const wanted = { workspaceId: WORKSPACE, snapshot, since: null, columns, after, limit };
      const batch = await reader.batch(THINGS, wanted, []);
      rows.push(...batch.rows.values().map(([first]) => first));
      after = batch.next;
      isOver = after === null;
    }
    return { rows, batches };
  }

  it('are what they were, in whatever characters', async () => {
    const notes = ['', null, 'ünï 😀', '\t\r\n"\\', '\u0001\u007f\u2028', ' '];
    await fill(notes);

    const rows = await read();

    expect(rows.length).toBe(notes.length);
    expect(rows.texts(0)).toEqual(notes.map((_, id) => String(id)));
    expect(rows.texts(1)).toEqual(notes);
  });

  it('may be none', async () => {
    expect((await read()).length).toBe(0);
  });

  it('leave the connection as good as before, also when the statement fails half way', async () => {
    await fill(Array.from({ length: 3_000 }, (_, id) => `note ${String(id)}`));

    await db.unitOfWork.run(async () => {
      expect((await read()).length).toBe(3_000);
      expect(await db.sql.acrossWorkspaces('a look', 'select 1 as one')).toEqual([{ one: 1 }]);
    });
    await expect(read('(1 / (2500 - id))::text')).rejects.toThrow('division by zero');

    const [all, some] = await Promise.all([read(), read('note')]);
    expect([all.length, some.length]).toEqual([3_000, 3_000]);
  });

  it('all come, however large they are', async () => {
    const notes = Array.from({ length: 40 }, (_, id) => String(id % 10).repeat(1_048_576));
    await fill(notes);

    const { rows } = await allOf(['note'], 2_500);

    expect(rows.map((note) => `${String(note).slice(0, 2)} ${String(String(note).length)}`)).toEqual(
      notes.map((note) => `${note.slice(0, 2)} 1048576`),
    );
  }, 60_000);

  it.each([
    ['their key', ['id']],
    ['other columns', ['note']],
  ])('come in batches, whether one asks for %s', async (_, columns) => {
    await fill(Array.from({ length: 25 }, (_id, id) => String(id)));

    const { rows, batches } = await allOf(columns, 10);

    expect(rows.map(Number)).toEqual(Array.from({ length: 25 }, (_id, id) => id));
    expect(batches).toBe(3);
  });
});
