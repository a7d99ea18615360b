import { describe, expect, it } from '@jest/globals';
import type { Field, FieldType, HostedTable } from '../tables.types.js';
import { LinkedContent } from './linked-content.js';
import type { LinkedField } from './remote.types.js';

function field(key: string, type: FieldType): Field {
  return {
    ...{ id: `id-${key}`, key, name: key, description: '', type, options: [], linkedTableId: null },
    ...{
      required: false,
      unique: false,
      indexed: false,
      default: null,
      position: 0,
      column: key,
      conversion: null,
    },
  };
}

const FIELDS = [field('name', 'text'), field('price', 'number'), field('more', 'json'), field('own', 'text')];
const NOW = new Date('2026-01-01T00:00:00Z');
const TABLE: HostedTable = {
  ...{ id: 't', workspaceId: 'w', name: 'T', description: '', recordCount: 0, fields: FIELDS },
  ...{ createdAt: NOW, updatedAt: NOW },
};
const linked = (id: string, key: string, type: FieldType): LinkedField => ({
  ...{ id, name: key, remoteType: type, type, isWritable: true, fieldId: `id-${key}` },
});
const LINKED = [linked('f1', 'name', 'text'), linked('f2', 'price', 'number'), linked('f3', 'more', 'json')];
const record = (fields: Record<string, unknown>) => ({ id: 'r', fields, createdAt: '', updatedAt: '' });

describe('LinkedContent', () => {
  const content = new LinkedContent(TABLE, LINKED);

  it('finds the same content the same, wherever it comes from and whatever is only here', () => {
    const there = content.fitting({ f1: 'Ada', f2: 12.5, f3: { b: 1, a: [2] } });
    const here = record({ name: 'Ada', price: 12.5, more: { a: [2], b: 1 }, own: 'mine' });

    expect(there).toMatchObject({ values: { name: 'Ada', price: 12.5 }, hash: content.hashOf(here) });
    expect(content.hashOf(record({ name: 'Ada', price: 12.5, more: { a: [2], b: 2 } }))).not.toBe(
      content.hashOf(here),
    );
  });

  it('takes no value for the value of another field', () => {
    const hashes = [{ f1: 'x' }, { f3: 'x' }, {}].map((values) => {
      const fitting = content.fitting(values);
      return typeof fitting === 'string' ? fitting : fitting.hash;
    });

    expect(new Set(hashes).size).toBe(3);
  });

  it('says of each value why it does not fit', () => {
    expect(content.fitting({ f1: 7, f2: 'x' })).toBe('name: must be a text; price: must be a number');
  });

  it('passes over fields that are no longer here', () => {
    const fewer = new LinkedContent({ ...TABLE, fields: FIELDS.slice(0, 1) }, LINKED);

    expect(fewer.fields.map(({ id }) => id)).toEqual(['f1']);
    expect(fewer.remoteValuesOf(record({ name: 'Ada' }))).toEqual({ f1: 'Ada' });
  });
});
