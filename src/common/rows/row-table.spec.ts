import { describe, expect, it } from '@jest/globals';
import type { RowsWanted } from './row.types.js';
import { batchStatement, countStatement, type RowTable } from './row-table.js';

const TABLE: RowTable = {
  from: 'things t',
  joins: {
    owner: 'join owners o on o.workspace_id = t.workspace_id and o.id = t.owner_id',
    seen: 'left join seen s on s.snapshot = :snapshot',
  },
  key: [
    { sql: 't.id', type: 'uuid' },
    { sql: 't.n', type: 'int' },
  ],
  workspace: 't.workspace_id',
  created: 't.created_xid',
  changed: 't.changed_xid',
  columns: [
    { name: 'id', type: 'text', sql: 't.id', description: '' },
    { name: 'owner', type: 'text', sql: 'o.name', description: '', join: 'owner' },
    { name: 'at', type: 'timestamp', sql: 't.at', description: '' },
  ],
};
const WANTED: RowsWanted = {
  ...{ workspaceId: 'w', snapshot: '10:10:', since: null, columns: ['at', 'id'], after: null, limit: 5 },
};

describe('a statement for a batch of rows', () => {
  it('makes the joins only that its columns and conditions need', () => {
    const plain = batchStatement(TABLE, WANTED);
    const joined = batchStatement(TABLE, { ...WANTED, columns: ['owner'] }, [
      { sql: 's.x = ?', params: ['y'], join: 'seen' },
    ]);

    expect(plain.sql).not.toContain('join');
    expect(joined.sql).toMatch(/join owners .*left join seen/);
  });

  it('binds what it names, in the order of the text', () => {
    const { sql, params } = batchStatement(TABLE, { ...WANTED, after: 'k:7' }, [
      { sql: 's.x = ?', params: ['y'], join: 'seen' },
    ]);

    expect(sql.split('?')).toHaveLength(params.length + 1);
    expect(params).toEqual(['10:10:', 'w', '10:10:', 'y', 'k', '7', 5]);
    expect(sql).not.toMatch(/:(workspace|snapshot|since)\b/);
  });

  it('reads in the order of changes since a snapshot', () => {
    const { sql, params } = batchStatement(TABLE, { ...WANTED, since: '5:5:', after: '6:k:7' });

    expect(sql).toContain('order by t.changed_xid, t.id, t.n');
    expect(params.slice(-4)).toEqual(['6', 'k', '7', 5]);
  });

  it('refuses a position of other rows, and a column that there is not', () => {
    expect(() => batchStatement(TABLE, { ...WANTED, after: 'k' })).toThrow('no position');
    expect(() => batchStatement(TABLE, { ...WANTED, columns: ['x; drop table'] })).toThrow('no column');
  });

  it('counts up to a limit', () => {
    const { sql, params } = countStatement(TABLE, WANTED, [], 100);

    expect(sql).toContain('limit ?');
    expect(params).toEqual(['w', '10:10:', 100]);
  });
});
