import { expect, it } from '@jest/globals';
import { InvalidFields } from '#common/errors';
import { assertFilterShape } from './filter-shape.js';

const leaf = { field: 'price', op: 'lt', value: 5 };
const deep = (levels: number): unknown => (levels === 0 ? leaf : { not: deep(levels - 1) });

it.each([leaf, { field: 'a', op: 'is_empty' }, { and: [leaf, { or: [leaf, { not: leaf }] }] }, deep(8)])(
  'takes what can be a filter: %j',
  (filter) => {
    expect(() => {
      assertFilterShape(filter, 'filter.record');
    }).not.toThrow();
  },
);

it.each([
  {},
  { nonsense: true },
  { and: [] },
  { and: [leaf, 5] },
  { not: null },
  { field: 3, op: 'lt', value: 5 },
  { field: 'price', op: 'near', value: 5 },
  { ...leaf, more: 1 },
  deep(9),
  [],
])('refuses what can be none: %j', (filter) => {
  expect(() => {
    assertFilterShape(filter, 'filter.record');
  }).toThrow(InvalidFields);
});
