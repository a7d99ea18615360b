import { describe, expect, it } from '@jest/globals';
import { InvalidFields } from '#common/errors';
import { assertPlain } from './plain-value.js';

describe('assertPlain', () => {
  it.each([null, 'text', 5, true, [], {}, { a: [{ b: null }] }, { prototype: 1, length: 2 }])(
    'lets %j pass',
    (value) => {
      expect(() => {
        assertPlain(value);
      }).not.toThrow();
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'])(
    'refuses a field named %s at any depth',
    (name) => {
      const body: unknown = JSON.parse(`{"metadata":[{"${name}":1}]}`);

      expect(() => {
        assertPlain(body);
      }).toThrow(InvalidFields);
    },
  );

  it('refuses endless nesting without walking to its end', () => {
    const body: unknown = JSON.parse(`{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);

    expect(() => {
      assertPlain(body);
    }).toThrow(
      expect.objectContaining({ details: { fields: [{ path: 'name', message: 'is nested too deeply' }] } }),
    );
  });

  it.each([
    ['fields', Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`a${i}`, 1]))],
    ['items', { list: Array.from({ length: 10_001 }, () => 1) }],
    ['items in lists', { lists: Array.from({ length: 101 }, () => Array.from({ length: 100 }, () => 1)) }],
  ])('refuses a crowd of %s', (_, body) => {
    expect(() => {
      assertPlain(body);
    }).toThrow(InvalidFields);
  });
});
